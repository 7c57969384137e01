"""How gunicorn serves the site; named by the Procfile. `PORT` moves it, `WEB_CONCURRENCY` sets the processes.

There is no access log: the addresses of confirmations and registrations are secrets.
The front server keeps one, masked as docs/operations.md says.
"""

from pathlib import Path

workers = 2  # WEB_CONCURRENCY, which gunicorn reads itself, wins
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
keepalive = 5

# A worker tells that it lives by touching a file: on a disk that hangs, it would be killed for nothing.
if Path("/dev/shm").is_dir():  # noqa: S108 -- memory, not a shared folder
    worker_tmp_dir = "/dev/shm"  # noqa: S108 -- memory, not a shared folder

# Django decides whom to believe (TRUSTED_PROXY_COUNT); gunicorn believes nobody.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
