"""Redis that is gone, frozen or flushed: the site goes on, and counts in memory meanwhile."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.core.cache.backends.redis import RedisCache

from site_cms import redis_cache
from site_cms.environment import cache_settings
from site_cms.redis_cache import Absence, ForgivingRedisCache


@pytest.fixture(autouse=True)
def _redis_present(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Absence, "until", float("-inf"))


def redis_at(port: int) -> ForgivingRedisCache:
    settings = cache_settings(f"redis://127.0.0.1:{port}/0")
    return ForgivingRedisCache(settings["LOCATION"], {})


@pytest.fixture
def frozen() -> Iterator[int]:
    """The port of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_site_uses_it() -> None:
    assert cache_settings("redis://h/0")["BACKEND"] == "site_cms.redis_cache.ForgivingRedisCache"


def test_without_redis_values_are_kept_in_memory() -> None:
    cache = redis_at(1)

    assert cache.add("a", 1)
    assert not cache.add("a", 2)
    assert cache.incr("a") == 2
    cache.set_many({"b": 3})
    assert cache.get_many(["a", "b", "c"]) == {"a": 2, "b": 3}
    assert cache.get_or_set("d", lambda: 4) == 4
    assert (cache.has_key("a"), cache.touch("a"), cache.delete("a")) == (True, True, True)
    cache.delete_many(["b"])
    assert cache.get("b", "none") == "none"
    cache.clear()
    assert not cache.answers()


def test_a_frozen_redis_costs_one_short_wait(frozen: int) -> None:
    cache = redis_at(frozen)
    started = time.monotonic()

    for number in range(20):
        cache.set(f"k{number}", number)

    assert time.monotonic() - started < 3 * redis_cache.TIMEOUT
    assert cache.get("k19") == 19


def test_redis_is_asked_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = redis_at(1)
    cache.set("a", "memory")
    asked: list[str] = []
    monkeypatch.setattr(Absence, "until", time.monotonic() - 1)
    monkeypatch.setattr(
        RedisCache, "_cache", property(lambda self: asked.append("redis")), raising=False
    )

    assert redis_cache.PAUSE >= 1
    with pytest.raises(AttributeError):  # our double has no client
        cache.get("a")
    assert asked == ["redis"]


def test_every_method_of_djangos_cache_is_forgiving() -> None:
    asking = {
        name
        for name, method in vars(RedisCache).items()
        if callable(method) and not name.startswith("_") and name != "get_backend_timeout"
    }

    assert asking <= set(redis_cache.METHODS)
