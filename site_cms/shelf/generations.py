"""The generation of the public site: a random token that changes with anything that a public page shows.

An answer is good for the generation that was read before it was made. The generation also says until when it lasts: the
next moment at which time alone changes a page. It stands where all processes read it at each request: a symbolic link
below DATA_DIR on one host, a key of Redis (CACHE_URL) on several.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.cache import caches
from django.db import close_old_connections, connection
from redis.exceptions import RedisError, WatchError

from site_cms.complaints import Complaint
from site_cms.redis_cache import ForgivingRedisCache
from site_cms.shelf.moments import next_timestamp

#: Name of the symbolic link, and key in Redis.
CURRENT, KEY = "current", "site:generation"
#: How often a change is written again that another process has overtaken.
ATTEMPTS = 5


class Unavailable(Exception):
    """Nobody can tell the generation: pages are Django's."""


@dataclass(frozen=True)
class Generation:
    """A random token, never a number: two changes at once must not have the same one."""

    token: str
    until: float

    @classmethod
    def new(cls, until: float) -> "Generation":
        return cls(secrets.token_hex(8), until)

    @classmethod
    def from_name(cls, name: str) -> "Generation | None":
        token, _, until = name.partition("-")
        return cls(token, int(until) / 1000) if until.isdecimal() else None

    @property
    def name(self) -> str:
        return f"{self.token}-{int(self.until * 1000)}"


class Generations(Protocol):
    """The place of the current generation, read by all processes."""

    def current(self, now: float) -> Generation:
        """Return the generation at this moment, a new one if the last has ended. Raise Unavailable."""

    def peek(self, now: float) -> Generation | None:
        """Return the generation of this moment if it is known at once, without the database or another host."""

    def change(self) -> None:
        """Begin another generation, because a public page has changed. Never raises: a failure is logged."""


class FolderGenerations:
    """The generation as a symbolic link: read in one system call, replaced in another.

    The link also names the folder of the generation's answers, so that a front server may follow it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.link = folder / CURRENT
        self.seen: tuple[str, Generation | None] = ("", None)
        self.trouble = Complaint("DATA_DIR does not hold the generation, pages are not kept")

    def current(self, now: float) -> Generation:
        generation = self.read()
        if generation is None or now >= generation.until:
            with outside_a_request():
                return self.renew(unless_lasting_at=now)
        return generation

    def peek(self, now: float) -> Generation | None:
        generation = self.read()
        return generation if generation and now < generation.until else None

    def change(self) -> None:
        with suppress(Unavailable):
            self.renew()

    def read(self) -> Generation | None:
        try:
            name = os.readlink(self.link)  # noqa: PTH115 -- a path object costs more than the call
        except OSError:
            return None
        seen = self.seen
        if seen[0] != name:
            seen = self.seen = name, Generation.from_name(name)
        return seen[1]

    def renew(self, unless_lasting_at: float | None = None) -> Generation:
        """Replace the generation; with a moment, only if it does not last beyond it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # Alone: the last to write must know the moments of all that was committed before.
            with self.alone():
                known = self.read()
                if known and unless_lasting_at is not None and unless_lasting_at < known.until:
                    return known
                return self.write(Generation.new(next_timestamp()))
        except OSError as error:
            self.forget()
            self.trouble.say(error)
            raise Unavailable from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def write(self, generation: Generation) -> Generation:
        unfinished = self.folder / f".{generation.name}"
        unfinished.symlink_to(generation.name)
        unfinished.replace(self.link)
        return generation

    def forget(self) -> None:
        """Without a link there is no shelf: better none than an old one."""
        with suppress(OSError):
            self.link.unlink()


class RedisGenerations:
    """The generation as a key of Redis, for several hosts. While Redis does not answer, there is none."""

    def __init__(self) -> None:
        #: Whether Redis was asked in vain: it may have missed a change, and still hold what was before.
        self.was_absent = False

    @property
    def cache(self) -> ForgivingRedisCache:
        found: ForgivingRedisCache = caches["default"]  # type: ignore[assignment]
        return found

    def current(self, now: float) -> Generation:
        with self.asked() as client:
            known = read_key(client)
            if known is None or self.was_absent or now >= known.until:
                with outside_a_request():
                    known = self.renew(client, unless_lasting_at=None if self.was_absent else now)
                self.was_absent = False
            return known

    def peek(self, now: float) -> Generation | None:
        return None  # Redis may let one wait

    def change(self) -> None:
        with suppress(Unavailable), self.asked() as client:
            self.renew(client)

    @contextmanager
    def asked(self) -> Iterator[Any]:
        if self.cache.is_absent():
            self.was_absent = True
            raise Unavailable
        try:
            yield self.cache.client
        except RedisError as error:
            self.was_absent = True
            self.cache.noted(error)
            raise Unavailable from error

    def renew(self, client: Any, unless_lasting_at: float | None = None) -> Generation:
        for _ in range(ATTEMPTS):
            with suppress(WatchError), client.pipeline() as pipe:
                pipe.watch(KEY)
                known = read_key(pipe)
                if known and unless_lasting_at is not None and unless_lasting_at < known.until:
                    return known
                generation = Generation.new(next_timestamp())
                pipe.multi()
                pipe.set(KEY, generation.name)
                pipe.execute()
                return generation
        generation = Generation.new(0)  # others write all the time: the next request renews it
        client.set(KEY, generation.name)
        return generation


def read_key(client: Any) -> Generation | None:
    held = client.get(KEY)
    return Generation.from_name(held.decode()) if held else None


@contextmanager
def outside_a_request() -> Iterator[None]:
    """Ask the database as a request of Django does: not on a connection that is broken or too old.

    In a transaction it is left alone: Django would close it, and what was written would be lost.
    """
    if connection.in_atomic_block:
        yield
        return
    close_old_connections()
    yield
    close_old_connections()


def shelf_folder() -> Path:
    return Path(settings.DATA_DIR) / "shelf"


@cache
def generations() -> Generations:
    if isinstance(caches["default"], ForgivingRedisCache):
        return RedisGenerations()
    return FolderGenerations(shelf_folder())


def change() -> None:
    """Begin another generation. Called by what writes rows without Django's connection knowing it."""
    generations().change()
