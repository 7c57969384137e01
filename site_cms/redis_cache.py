"""A Redis cache whose loss costs nobody a page: while it does not answer, each process counts in its own memory."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

#: Seconds until an answer, and until Redis is asked again after it gave none.
TIMEOUT, PAUSE = 0.5, 10.0
METHODS = (
    "add", "clear", "decr", "delete", "delete_many", "get", "get_many", "get_or_set", "has_key", "incr", "set",
    "set_many", "touch",
)  # fmt: skip


class ForgivingRedisCache(RedisCache):
    """Django's RedisCache, but a method that Redis does not answer is done in this process's memory."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        limits = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT}
        options = limits | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self.memory = LocMemCache(
            f"instead of {server}", {k: v for k, v in params.items() if k != "OPTIONS"}
        )

    @property
    def client(self) -> Redis:
        """Redis itself, for what must not be done in memory instead. The caller tells errors with `noted`."""
        return self._cache.get_client(None, write=True)

    def is_absent(self) -> bool:
        return time.monotonic() < Absence.until

    def noted(self, error: RedisError) -> None:
        """Remember, in this process, that Redis does not answer. What an earlier absence left is forgotten."""
        if time.monotonic() > Absence.until + PAUSE:
            logger.warning("Redis does not answer, its part is done in memory: %s", error)
            self.memory.clear()
        Absence.until = time.monotonic() + PAUSE

    def answers(self) -> bool:
        """Ask Redis, for the health check."""
        try:
            self.client.ping()
        except RedisError as error:
            self.noted(error)
            return False
        return True


class Absence:
    """Until when this process does not ask Redis. Django makes a cache object per thread."""

    until = float("-inf")


def forgiving(name: str) -> Callable[..., Any]:
    asked = getattr(RedisCache, name)

    @wraps(asked)
    def method(self: ForgivingRedisCache, *args: Any, **kwargs: Any) -> Any:
        if not self.is_absent():
            try:
                return asked(self, *args, **kwargs)
            except RedisError as error:
                self.noted(error)
        return getattr(self.memory, name)(*args, **kwargs)

    return method


for method_name in METHODS:
    setattr(ForgivingRedisCache, method_name, forgiving(method_name))
