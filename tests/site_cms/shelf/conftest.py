"""The shelf as the web process has it, asked over WSGI, and a commit that tests in a transaction can make."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from site_cms.shelf import generations as generations_module
from site_cms.shelf.application import Shelf
from site_cms.shelf.generations import FolderGenerations, shelf_folder
from site_cms.shelf.stores import Files
from site_cms.shelf.writes import ConnectionWatch


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    queries: int
    cookies: list[str] = field(default_factory=list)

    @property
    def is_hit(self) -> bool:
        return self.headers.get("X-Shelf") == "hit"

    @property
    def text(self) -> str:
        return self.body.decode()


def environ_of(address: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    return environ | {f"HTTP_{name.upper()}": value for name, value in headers.items()}


Ask = Callable[..., Reply]


def asker(shelf: Shelf) -> Ask:
    """Return a function that sends a request: `ask("/agenda/", cookie="a=b", method="HEAD")`."""

    def ask(address: str, method: str = "GET", **headers: str) -> Reply:
        begun: list[Any] = []
        with CaptureQueriesContext(connection) as captured:
            environ = environ_of(address, method, **headers)
            response = shelf(environ, lambda status, sent, info=None: begun.extend([status, sent]))
            body = b"".join(response)
            if hasattr(response, "close"):
                response.close()
        cookies = [value for name, value in begun[1] if name == "Set-Cookie"]
        return Reply(int(begun[0][:3]), dict(begun[1]), body, len(captured), cookies)

    return ask


def new_shelf(build: str = "a build") -> Shelf:
    """A shelf with a memory of its own, as another process has."""
    return Shelf(WSGIHandler(), generations_module.generations(), Files(shelf_folder()), build)


@pytest.fixture(autouse=True)
def _generations_in_a_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On SQLite or PostgreSQL, with Redis or without: what Redis holds has tests of its own."""
    held = FolderGenerations(shelf_folder())
    monkeypatch.setattr(generations_module, "generations", lambda: held)
    yield
    shutil.rmtree(shelf_folder(), ignore_errors=True)


@pytest.fixture
def shelf(in_one_transaction: None) -> Shelf:
    return new_shelf()


@pytest.fixture
def ask(shelf: Shelf) -> Ask:
    return asker(shelf)


@pytest.fixture
def commit(db: None) -> Callable[[], None]:
    """A function that does what a commit does, in the transaction of the test."""
    watches = [one for one in connection.execute_wrappers if isinstance(one, ConnectionWatch)]

    def commit() -> None:
        for watch in watches:
            watch.tell()
        hooks, connection.run_on_commit = connection.run_on_commit, []
        for _, hook, _ in hooks:
            hook()
        for watch in watches:
            watch.tell()

    return commit


@pytest.fixture
def moves(commit: Callable[[], None]) -> Callable[..., int]:
    """A function that counts the generations that a piece of work begins, committed when it is done."""
    folder = FolderGenerations(shelf_folder())

    def moved(work: Callable[[], Any]) -> int:
        commit()
        before = folder.current(0).name
        work()
        commit()
        return int(folder.current(0).name != before)

    return moved
