"""The generation below DATA_DIR and in Redis: one for all processes, another after each change."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.core.cache import caches
from redis import Redis
from redis.exceptions import RedisError

from site_cms.environment import cache_settings
from site_cms.redis_cache import Absence, ForgivingRedisCache
from site_cms.shelf import generations as module
from site_cms.shelf.generations import (
    FolderGenerations,
    Generation,
    Generations,
    RedisGenerations,
    Unavailable,
)

LATER = 4e9


@pytest.fixture(autouse=True)
def _next_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "next_timestamp", lambda: LATER)
    monkeypatch.setattr(module, "close_old_connections", lambda: None)
    monkeypatch.setattr(Absence, "until", float("-inf"))


class Server:
    """A Redis of the tests, which they stop and start."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.client = Redis(port=self.port)

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--save", ""], stdout=subprocess.DEVNULL
        )
        while self.process.poll() is None:
            with suppress(RedisError):
                self.client.ping()
                return
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    server = Server()
    server.start()
    location = cache_settings(f"redis://127.0.0.1:{server.port}/0")["LOCATION"]
    monkeypatch.setitem(vars(caches._connections), "default", ForgivingRedisCache(location, {}))
    yield server
    server.stop()


@pytest.fixture(params=["folder", "redis"])
def two(request: pytest.FixtureRequest, tmp_path) -> tuple[Generations, Generations]:
    """The generations of two processes."""
    if request.param == "folder":
        return FolderGenerations(tmp_path), FolderGenerations(tmp_path)
    request.getfixturevalue("server")
    return RedisGenerations(), RedisGenerations()


def test_processes_read_the_same_generation_until_one_changes_it(two):
    one, other = two

    first = one.current(1)
    assert other.current(1) == first
    other.change()
    second = one.current(1)

    assert second == other.current(1)
    assert (second.token == first.token, second.until) == (False, LATER)


def test_a_generation_that_has_ended_is_replaced_once(two):
    one, other = two
    ended = one.current(1)

    renewed = one.current(LATER + 1)
    module.next_timestamp = lambda: LATER + 100
    lasting = one.current(LATER + 1)

    assert renewed != ended
    assert other.current(LATER + 1) == lasting
    assert other.current(LATER + 2) == lasting


def test_the_last_to_write_knows_what_was_committed_before(two, monkeypatch):
    """Else the deadline of a page published at the same moment is missed."""
    one, other = two
    racing: list[threading.Thread] = []

    def next_timestamp() -> float:
        if racing:
            return 100.0  # of a page that the other process has committed meanwhile
        racing.append(threading.Thread(target=other.change))
        racing[0].start()
        racing[0].join(0.3)
        return LATER

    monkeypatch.setattr(module, "next_timestamp", next_timestamp)
    one.change()
    racing[0].join()

    assert one.current(1).until == 100


def test_names_hold_a_generation():
    generation = Generation.new(1_796_079_600.5)

    assert Generation.from_name(generation.name) == generation
    assert Generation.from_name("nonsense") is None


def test_without_redis_there_is_no_shelf_and_with_it_again_nothing_old(server):
    """cache 16: a change that Redis has missed, and the generation of before that it still holds."""
    one = RedisGenerations()
    before = one.current(1)
    server.stop()

    one.change()
    with pytest.raises(Unavailable):
        one.current(1)
    server.start()
    server.client.set(module.KEY, before.name)  # as it would with what it saved
    Absence.until = float("-inf")

    assert one.current(1) != before
    assert RedisGenerations().current(1) == one.current(1)


def test_a_flushed_redis_begins_another_generation(server):
    """cache 16."""
    one = RedisGenerations()
    before = one.current(1)

    server.client.flushall()

    assert one.current(1) != before
