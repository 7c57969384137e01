"""How gunicorn serves the site; named by the Procfile. `PORT` moves it, `WEB_CONCURRENCY` sets the processes.

There is no access log: the addresses of confirmations and registrations are secrets.
The front server keeps one, masked as docs/operations.md says.
"""

from pathlib import Path

# Loaded once, then shared by the workers: each has to itself a third of what it holds.
preload_app = True
workers = 2  # WEB_CONCURRENCY, which gunicorn reads itself, wins
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
keepalive = 5

# A worker tells that it lives by touching a file: on a disk that hangs, it would be killed for nothing.
MEMORY = Path("/dev/shm")  # noqa: S108 -- memory, not a shared folder
if MEMORY.is_dir():
    worker_tmp_dir = str(MEMORY)

# Django decides whom to believe (TRUSTED_PROXY_COUNT); gunicorn believes nobody.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
