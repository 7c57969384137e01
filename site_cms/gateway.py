"""Between the server's event loop and Django: ready pages leave from the loop, Django works in threads.

The server reads headers, this module reads bodies, so a slow client holds no thread. Answers made piece by piece (files)
hold one only while a piece is made.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

#: Requests that Django works on at once, per process.
THREADS = 4
#: Bytes of a body that stay in memory.
IN_MEMORY = 256 * 1024
#: Seconds to wait for the next part of a body, and for a whole one.
NEXT_PART, WHOLE_BODY = 20.0, 600.0
#: Pieces of a file read by a thread at a time, of four kilobytes each.
PIECES = 16

NOT_HEADERS = {b"content-length": "CONTENT_LENGTH", b"content-type": "CONTENT_TYPE"}


#: Answer to a body that comes too slowly.
TOO_SLOW = (
    "Votre envoi n’est pas arrivé\u00a0: la connexion est trop lente ou s’est coupée. Rien n’a été enregistré. "
    "Revenez à la page précédente et envoyez de nouveau."
)


class ClientGone(Exception):
    """The client has left before its body was complete."""


@dataclass
class Reply:
    """An answer of the WSGI application. `rest` is that of an answer made piece by piece."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    rest: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None


class Gateway:
    """Serves a WSGI application by the ASGI protocol, without a thread per connection."""

    def __init__(
        self,
        application: Application,
        limit_at: Callable[[str], int],
        count: Callable[[dict[str, Any], int], None] = lambda environ, status: None,
    ) -> None:
        self.application = application
        #: Bytes that an address may be sent.
        self.limit_at = limit_at
        #: Called with each request and the status of its answer.
        self.count = count
        #: Answers in the event loop where nothing has to be waited for (`site_cms.shelf`).
        self.ready = getattr(application, "ready", None)
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="django")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"This site does not speak {scope['type']}.")
        environ = wsgi_environ(scope)
        kept = self.ready(environ) if self.ready else None
        if kept is not None:
            self.count(environ, kept[0])
            await send_start(send, *kept[:2])
            await send({"type": "http.response.body", "body": kept[2]})
            return
        with SpooledTemporaryFile(IN_MEMORY) as body, suppress(ClientGone):
            try:
                await self.read_body(environ, receive, body)
            except TimeoutError:
                await send_text(send, 408, TOO_SLOW)
            else:
                await self.answer(environ | {"wsgi.input": body}, send)

    async def read_body(self, environ: dict[str, Any], receive: Receive, body: IO[bytes]) -> None:
        """Read a body whose length is announced, and allowed by its address. Of others Django reads nothing.

        Raise TimeoutError if it comes too slowly, ClientGone if the rest will not come.
        """
        length = environ.get("CONTENT_LENGTH", "0")
        if not length.isdecimal() or not 0 < int(length) <= self.limit_at(environ["PATH_INFO"]):
            return
        async with asyncio.timeout(WHOLE_BODY):
            more = True
            while more:
                message = await asyncio.wait_for(receive(), NEXT_PART)
                if message["type"] == "http.disconnect":
                    raise ClientGone
                body.write(message.get("body", b""))
                more = message.get("more_body", False)
        body.seek(0)

    async def answer(self, environ: dict[str, Any], send: Send) -> None:
        work = asyncio.get_running_loop().run_in_executor
        reply = await work(self.threads, partial(call, self.application, environ))
        self.count(environ, reply.status)
        try:
            await send_start(send, reply.status, reply.headers)
            await send(
                {"type": "http.response.body", "body": reply.body, "more_body": bool(reply.rest)}
            )
            while reply.rest:
                pieces = await work(self.threads, partial(next_pieces, reply.rest))
                await send(
                    {"type": "http.response.body", "body": pieces, "more_body": bool(pieces)}
                )
                if not pieces:
                    break
        finally:
            if reply.close:
                await work(self.threads, reply.close)


def wsgi_environ(scope: Scope) -> dict[str, Any]:
    """Return the WSGI environment (PEP 3333) without the body. Repeated headers are joined with commas, as in RFC 9110."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ["SERVER_NAME"], port = scope.get("server") or ("localhost", 80)
    environ["SERVER_PORT"] = str(port or 80)
    if scope.get("client"):
        environ["REMOTE_ADDR"] = scope["client"][0]
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # X_Forwarded_For would pass for X-Forwarded-For
        key = NOT_HEADERS.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        said = value.decode("latin-1")
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{said}" if key in environ else said
    return environ


def call(application: Application, environ: dict[str, Any]) -> Reply:
    """Ask the WSGI application, in a thread. An answer in one piece is complete and closed."""
    begun: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        begun[:] = [int(status[:3]), headers]

    response = application(environ, start_response)
    close = getattr(response, "close", None)
    status, headers = begun
    if getattr(response, "streaming", False):
        return Reply(status, headers, rest=iter(response), close=close)
    try:
        return Reply(status, headers, body=b"".join(response))
    finally:
        if close:
            close()


def next_pieces(rest: Iterator[bytes]) -> bytes:
    return b"".join(islice(rest, PIECES))


async def send_start(send: Send, status: int, headers: list[tuple[str, str]]) -> None:
    await send(
        {"type": "http.response.start", "status": status, "headers": encoded(tuple(headers))}
    )


@lru_cache(maxsize=1024)
def encoded(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    """Return headers as ASGI has them. A ready page has the same ones each time."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


async def send_text(send: Send, status: int, text: str) -> None:
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")]
    await send_start(send, status, headers)
    await send({"type": "http.response.body", "body": text.encode()})
