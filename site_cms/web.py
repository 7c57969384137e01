"""The web process: `python -m site_cms.web`. `PORT` sets the port, `WEB_CONCURRENCY` the number of processes.

The application is loaded once, and the processes are forked from it: they share about two thirds of their memory. There is
no access log, because the URLs of confirmations and registrations are secret. The front server keeps one, masked as
described in docs/operations.md.
"""

import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from environs import EnvError, validate
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from site_cms.environment import Environment

#: Milliseconds to send the headers of a request; seconds for requests in progress when the site stops.
HEADERS, GRACE = 10_000, 20


def server() -> Any:
    """Return the server, as the environment says. Raise EnvError for a value that cannot be."""
    env = Environment()
    env.read_env(Path(__file__).resolve().parent.parent / ".env", recurse=False)
    port = env.int("PORT", 0, validate=validate.Range(0, 65_535))
    return Server(
        "site_cms.asgi:application",
        address="0.0.0.0" if port else "127.0.0.1",  # noqa: S104 -- a platform gives the port
        port=port or 8000,
        interface=Interfaces.ASGINL,
        workers=env.int("WEB_CONCURRENCY", 2, validate=validate.Range(1, 64)),
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS, max_buffer_size=64 * 1024),
        websockets=False,
        backlog=2048,
        backpressure=10_000,  # connections that wait cost no thread
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    )


def run_server(load: Callable[[], Any]) -> None:
    """Serve the ASGI application that `load` returns. Exit with a sentence if a variable is wrong."""
    try:
        web = server()
    except EnvError as error:
        sys.exit(str(error))
    application = load()
    multiprocessing.set_start_method("fork")  # by other methods each process would load it again
    web.serve(target_loader=lambda: application, wrap_loader=False)


def load_site() -> Any:
    from site_cms.asgi import application  # noqa: PLC0415 -- after the variables are checked

    return application


if __name__ == "__main__":
    run_server(load_site)
