"""The gateway between the server's event loop and Django: a client that is slow or leaves holds no thread."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from site_cms import gateway as gateway_module
from site_cms.gateway import Gateway

LIMIT = 1000


class Client:
    """The messages of a server to the gateway, and the answers to them."""

    def __init__(
        self,
        *parts: bytes,
        length: int | None = None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        announced = sum(map(len, parts)) if length is None else length
        self.scope: dict[str, Any] = {
            "type": "http", "method": "POST", "path": "/page/é/", "query_string": b"a=1", "http_version": "1.1",
            "scheme": "http", "server": ("127.0.0.1", 8000), "client": ("192.0.2.1", 5000),
            "headers": [(b"host", b"localhost"), (b"content-length", str(announced).encode()), *headers],
        }  # fmt: skip
        self.parts = list(parts)
        #: Whether the client leaves after its last part, or says nothing more.
        self.leaves = False
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if self.parts:
            part = self.parts.pop(0)
            got = int(dict(self.scope["headers"])[b"content-length"])
            self.got = getattr(self, "got", 0) + len(part)
            return {"type": "http.request", "body": part, "more_body": self.got < got}
        if self.leaves:
            return {"type": "http.disconnect"}
        await asyncio.sleep(60)
        raise AssertionError

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def visit(self, gateway: Gateway) -> tuple[int, bytes]:
        asyncio.run(gateway(self.scope, self.receive, self.send))
        start, *bodies = self.sent or [{"status": 0}]
        return start["status"], b"".join(one["body"] for one in bodies)


Environs = list[dict[str, Any]]


@pytest.fixture
def asked() -> Environs:
    """The environments that the application got, with the body that it read."""
    return []


@pytest.fixture
def application(asked: Environs) -> Callable[..., Any]:
    def application(environ: dict[str, Any], start_response: Any) -> Any:
        asked.append(environ | {"body": environ["wsgi.input"].read()})
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"one ", b"two"]

    return application


def test_the_application_is_asked_once_the_body_is_complete(application, asked):
    client = Client(b"a=b&", b"c=d", headers=((b"content-type", b"text/x"),))

    assert client.visit(Gateway(application, lambda path: LIMIT)) == (200, b"one two")

    (environ,) = asked
    assert environ["body"] == b"a=b&c=d"
    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("7", "text/x")
    assert environ["PATH_INFO"] == "/page/é/".encode().decode("latin-1")
    assert (environ["QUERY_STRING"], environ["REMOTE_ADDR"]) == ("a=1", "192.0.2.1")
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8000")


def test_repeated_headers_are_joined_and_no_header_passes_for_another_one(application, asked):
    """RFC 9110, 5.3; RFC 6265, 4.2.2 for cookies."""
    Client(
        headers=(
            (b"x-forwarded-for", b"1"), (b"x-forwarded-for", b"2"), (b"x_forwarded_for", b"3"),
            (b"cookie", b"a=1"), (b"cookie", b"b=2"),
        )
    ).visit(Gateway(application, lambda path: LIMIT))  # fmt: skip

    assert asked[0]["HTTP_X_FORWARDED_FOR"] == "1,2"
    assert asked[0]["HTTP_COOKIE"] == "a=1; b=2"


def test_a_body_that_stops_is_refused_in_words_and_asks_nothing(application, asked, monkeypatch):
    monkeypatch.setattr(gateway_module, "NEXT_PART", 0.05)

    status, body = Client(b"a=b", length=10).visit(Gateway(application, lambda path: LIMIT))

    assert status == 408
    assert "Rien n’a été enregistré" in body.decode()
    assert asked == []


def test_a_body_that_drips_for_ever_is_refused(application, asked, monkeypatch):
    monkeypatch.setattr(gateway_module, "WHOLE_BODY", 0.05)
    client = Client(length=10)

    async def drip() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"", "more_body": True}

    client.receive = drip

    assert client.visit(Gateway(application, lambda path: LIMIT))[0] == 408
    assert asked == []


def test_a_client_that_leaves_asks_nothing(application, asked):
    client = Client(b"a=b", length=10)
    client.leaves = True

    assert client.visit(Gateway(application, lambda path: LIMIT)) == (0, b"")
    assert asked == []


@pytest.mark.parametrize("length", [LIMIT + 1, -1])
def test_a_body_that_the_address_does_not_take_is_not_read(application, asked, length):
    client = Client(b"a=b", length=length)

    assert (
        client.visit(Gateway(application, lambda path: LIMIT))[0] == 200
    )  # the site's own limits answer

    assert client.parts == [b"a=b"]
    assert asked[0]["body"] == b""


class Pieces:
    """An answer made piece by piece, as Django's files are."""

    streaming = True

    def __init__(self, number: int) -> None:
        self.number = number
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return (b"x" * 10 for _ in range(self.number))

    def close(self) -> None:
        self.is_closed = True


def test_an_answer_in_pieces_is_sent_in_pieces_and_closed():
    pieces = Pieces(40)

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [])
        return pieces

    client = Client()

    assert client.visit(Gateway(application, lambda path: LIMIT)) == (200, b"x" * 400)
    assert len(client.sent) > 3
    assert client.sent[-1]["more_body"] is False
    assert pieces.is_closed


def test_a_client_that_leaves_during_an_answer_closes_it():
    pieces = Pieces(400)

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [])
        return pieces

    client = Client()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            raise OSError

    client.send = send

    with pytest.raises(OSError):  # noqa: PT011
        client.visit(Gateway(application, lambda path: LIMIT))
    assert pieces.is_closed


def test_a_ready_page_asks_no_thread(application, asked):
    gateway = Gateway(application, lambda path: LIMIT)
    gateway.ready = lambda environ: (200, [("X-A", "b")], b"ready")
    client = Client(length=0)

    assert client.visit(gateway) == (200, b"ready")
    assert client.sent[0]["headers"] == [(b"x-a", b"b")]
    assert asked == []
