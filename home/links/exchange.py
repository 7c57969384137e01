"""One request to another site and its answer, by a connection to the checked IP address. Blocking: run it in a thread."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import NamedTuple

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from home.links.destinations import Destination, destination_of

#: Seconds to connect, and then to answer.
PATIENCE = 10.0
#: Bytes of a page that are read: enough for its title.
MOST_READ = 64 * 1024


class Reply(NamedTuple):
    status: int
    location: str = ""
    content_type: str = ""
    body: bytes = b""


def ask(method: str, address: str, user_agent: str) -> Reply:
    """Ask once, without following a redirect.

    Raise Refused, NoSuchName, TimeoutError, ssl.SSLError or another OSError; HTTPException for an answer that is none.
    """
    return send(method, destination_of(address), user_agent)


def send(method: str, to: Destination, user_agent: str) -> Reply:
    with connected(to) as link:
        connection = http.client.HTTPConnection(to.host, to.port, timeout=PATIENCE)
        connection.sock = link
        headers = {
            "Host": to.host if to.port in {80, 443} else f"{to.host}:{to.port}",
            "User-Agent": user_agent,
            "Accept": "text/html,*/*;q=0.5",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }
        connection.request(method, to.target, headers=headers)
        answer = connection.getresponse()
        body = answer.read(MOST_READ) if method == "GET" else b""
        return Reply(
            answer.status,
            answer.getheader("Location", "") or "",
            answer.getheader("Content-Type", "") or "",
            body,
        )


@contextmanager
def connected(to: Destination) -> Iterator[socket.socket]:
    """Connect, and cut the line after ten seconds, also to a site that answers a byte at a time."""
    plain = socket.create_connection((to.ip, to.port), timeout=PATIENCE)
    cut = threading.Event()

    def hang_up() -> None:
        cut.set()
        with suppress(OSError):  # closed meanwhile
            plain.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(PATIENCE, hang_up)
    timer.daemon = True
    with plain:
        timer.start()
        try:
            if to.scheme == "https":
                with certain().wrap_socket(plain, server_hostname=to.host) as secure:
                    yield secure
            else:
                yield plain
        except (OSError, http.client.HTTPException) as error:
            if cut.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()


@cache
def certain() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
