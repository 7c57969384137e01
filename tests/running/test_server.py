"""The running web process under clients that take their time, and when one of its processes is killed."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest

from tests.bench.running_site import RunningSite
from tests.running.test_refusals import ask

#: More than the threads of all processes, by far.
SLOW_CLIENTS = 200
HALF_A_HEADER = b"GET /agenda/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /lettre/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 2000\r\n\r\nemail="
)


@contextmanager
def slow_clients(site: RunningSite, begun: bytes) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(SLOW_CLIENTS):
            client = stack.enter_context(
                closing(socket.create_connection(("localhost", site.port)))
            )
            client.sendall(begun)
        yield


@pytest.mark.parametrize("begun", [HALF_A_HEADER, HALF_A_BODY], ids=["headers", "bodies"])
def test_slow_clients_keep_nobody_waiting(site, begun):
    """Each request below would wait for a slow client's turn to end, until `ask` gives up."""
    with site.started("web"), slow_clients(site, begun):
        for path in ("/agenda/", "/recherche/?q=eau", "/healthz", "/static/css/none.css"):
            assert ask(site, "GET", path)[0] in (200, 404), path


def test_a_killed_process_is_replaced(site):
    with site.process("web") as web:
        wait_for(site)
        first = children(web.pid)
        os.kill(first[0], signal.SIGKILL)
        while len(alive := children(web.pid)) < len(first) or first[0] in alive:
            time.sleep(0.1)

        assert {ask(site, "GET", "/healthz")[0] for _ in range(10)} == {200}


def wait_for(site: RunningSite) -> None:
    while True:
        try:
            ask(site, "GET", "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(one) for one in found.stdout.split()]
