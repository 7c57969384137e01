"""Gunicorn configuration, used by the Procfile. `PORT` sets the port, `WEB_CONCURRENCY` the number of processes.

There is no access log, because the URLs of confirmations and registrations are secret. The front server keeps one,
masked as described in docs/operations.md.
"""

from pathlib import Path

from environs import validate

from site_cms.environment import Environment

env = Environment()
env.read_env(Path(__file__).resolve().parent.parent / ".env", recurse=False)

port = env.int("PORT", 0, validate=validate.Range(0, 65_535))
bind = f"0.0.0.0:{port}" if port else "127.0.0.1:8000"
workers = env.int("WEB_CONCURRENCY", 2, validate=validate.Range(1, 64))

# Load the application once: workers share about two thirds of their memory.
preload_app = True
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
keepalive = 5

# Workers touch a heartbeat file. On a slow disk they would be killed for no reason.
MEMORY = Path("/dev/shm")  # noqa: S108 -- memory, not a shared folder
if MEMORY.is_dir():
    worker_tmp_dir = str(MEMORY)

# Django handles forwarded headers (TRUSTED_PROXY_COUNT); gunicorn ignores them.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
