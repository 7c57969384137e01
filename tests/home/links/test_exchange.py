"""One request, on the wire."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from home.links import exchange
from home.links.destinations import Destination, Refused
from home.links.exchange import MOST_READ, Reply, ask, send


class Server:
    """Answers one connection with given bytes, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer = b""
        self.asked = b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    @property
    def destination(self) -> Destination:
        return Destination("http", "example.org", "127.0.0.1", self.socket.getsockname()[1], "/a?b")

    def serve(self) -> None:
        try:
            line, _ = self.socket.accept()
        except OSError:
            return
        with line:
            self.asked = line.recv(4096)
            if self.answer:
                line.sendall(self.answer)
            else:
                self.drip(line)

    def drip(self, line: socket.socket) -> None:
        """Send a header that never ends, byte by byte."""
        with suppress(OSError):
            while not self.is_over.wait(0.005):
                line.sendall(b"x")


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.is_over.set()
    made.socket.close()
    made.thread.join(5)


def test_a_request_says_who_asks_and_reads_the_beginning_of_a_page(server):
    head = b"HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Type: text/html\r\n\r\n"
    server.answer = head + b"x" * (MOST_READ + 5000)

    reply = send("GET", server.destination, "Le site (contact)")

    assert reply == Reply(301, "/b", "text/html", b"x" * MOST_READ)
    asked = server.asked.decode()
    assert asked.startswith("GET /a?b HTTP/1.1\r\n")
    assert "Host: example.org:" in asked
    assert "User-Agent: Le site (contact)\r\n" in asked


def test_a_site_that_answers_byte_by_byte_is_cut_off(server, monkeypatch):
    monkeypatch.setattr(exchange, "PATIENCE", 0.2)

    with pytest.raises(TimeoutError):
        send("HEAD", server.destination, "Le site")


def test_no_connection_is_made_to_a_private_address(monkeypatch):
    made: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: made.append(args))

    for address in (
        "http://169.254.169.254/latest/",
        "http://localhost:5432/",
        "https://10.0.0.1/",
    ):
        with pytest.raises(Refused):
            ask("GET", address, "Le site")
    assert made == []
