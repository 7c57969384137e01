"""The outages, one after the other: each is a context manager, real as long as its block lasts."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from tests.bench.running_site import RunningSite
from tests.faults.processes import Process, kill, named, workers_of_web
from tests.faults.proxy import Proxy
from tests.mail_server import LocalServer

#: Seconds between two blows of what strikes again while it lasts.
AGAIN = 0.3
STOP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@dataclass(frozen=True)
class Stage:
    """The site, and the proxies in front of its services."""

    site: RunningSite
    smtp: LocalServer
    smtp_proxy: Proxy
    #: None on SQLite, and without Redis.
    database_proxy: Proxy | None
    redis_proxy: Proxy | None
    #: Whether DATA_DIR is a small disk of its own.
    has_disk: bool


@dataclass(frozen=True)
class Outage:
    name: str
    what: str
    hold: Callable[[], AbstractContextManager[None]]


def outages(stage: Stage) -> list[Outage]:
    """Return what can fail on this stage, in order."""
    found = list(of_the_database(stage)) + list(of_redis(stage)) + list(of_mail(stage))
    if stage.has_disk:
        disk = partial(again_and_again, partial(fill, stage.site.folder / "filler"))
        found.append(
            Outage("disk full", "DATA_DIR, a file system of its own, without a free byte",
                   lambda: emptied(stage.site.folder / "filler", disk()))
        )  # fmt: skip
    killed: list[tuple[str, str, Callable[[], list[Process]]]] = [
        ("worker killed", "kill -9 of each worker of messages that starts", partial(named, "worker")),
        ("clock killed", "kill -9 of each clock that starts", partial(named, "clock")),
        ("web worker killed", "kill -9 of one of the two web processes, again and again", workers_of_web),
        ("web killed", "kill -9 of the first web process, which the keeper starts again", partial(named, "web")),
    ]  # fmt: skip
    found += [Outage(name, what, partial(again_and_again, partial(kill, find)))
              for name, what, find in killed]  # fmt: skip
    return found


def of_the_database(stage: Stage) -> Iterator[Outage]:
    proxy = stage.database_proxy
    if proxy is None:
        path = stage.site.folder / "site.sqlite3"
        yield Outage(
            "database locked", "another program holds the lock of SQLite", partial(locked, path)
        )
        return
    yield Outage(
        "database cut",
        "ALLOW_CONNECTIONS false, and pg_terminate_backend again and again",
        partial(cut_off, stage.site.database_url),
    )
    yield Outage("database refuses", "connections are cut and refused", partial(closed, proxy))
    yield Outage("database silent", "connections are taken, nothing answers", partial(frozen, proxy))  # fmt: skip


def of_redis(stage: Stage) -> Iterator[Outage]:
    proxy = stage.redis_proxy
    if proxy is not None:
        yield Outage("Redis refuses", "connections are cut and refused", partial(closed, proxy))
        yield Outage(
            "Redis silent", "connections are taken, nothing answers", partial(frozen, proxy)
        )


def of_mail(stage: Stage) -> Iterator[Outage]:
    yield Outage("SMTP refuses", "each message is answered with 451", partial(refusing, stage.smtp))
    yield Outage(
        "SMTP silent", "connections are taken, nothing answers", partial(frozen, stage.smtp_proxy)
    )


@contextmanager
def again_and_again(strike: Callable[[], None]) -> Iterator[None]:
    """Strike at once, and again until the end of the block."""
    over = threading.Event()

    def repeat() -> None:
        while not over.is_set():
            strike()
            over.wait(AGAIN)

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def closed(proxy: Proxy) -> Iterator[None]:
    proxy.close()
    try:
        yield
    finally:
        proxy.open()


@contextmanager
def frozen(proxy: Proxy) -> Iterator[None]:
    proxy.freeze()
    try:
        yield
    finally:
        proxy.thaw()


@contextmanager
def refusing(server: LocalServer) -> Iterator[None]:
    server.verdict = "451 revenez plus tard"
    try:
        yield
    finally:
        server.verdict = LocalServer.verdict


@contextmanager
def locked(path: Path) -> Iterator[None]:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def cut_off(url: str) -> Iterator[None]:
    """Let nobody into this database, of which the name says that it is the tests' own, and stop who is inside."""
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    allow = SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as server:
        server.execute(allow.format(Identifier(name), SQL("false")))
        try:
            with again_and_again(lambda: server.execute(STOP, [name]) and None):
                yield
        finally:
            server.execute(allow.format(Identifier(name), SQL("true")))


@contextmanager
def emptied(filler: Path, full: AbstractContextManager[None]) -> Iterator[None]:
    try:
        with full:
            yield
    finally:
        filler.unlink(missing_ok=True)


def fill(filler: Path) -> None:
    """Write until the disk takes no byte more."""
    file = os.open(filler, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with suppress(OSError):
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    os.write(file, bytes(size))
    os.close(file)
