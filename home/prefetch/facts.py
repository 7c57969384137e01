"""Rows that many pages read, kept by a process for as long as nothing public changes.

The WSGI environment names the generation of the public site (`site_cms.shelf`): a token that changes with anything that a
page shows. Rows read under a token are good for all requests that come under it. Without a token, as in most tests, each
request reads its own.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.http import HttpRequest

#: Key of the WSGI environment.
GENERATION = "site.generation"
#: Seconds, should a change not be told, and number of values.
LIVES, MOST = 60.0, 5_000

T = TypeVar("T")


class Facts:
    """Rows and values read by the requests of one generation. Nobody may change them."""

    def __init__(self, generation: str = "") -> None:
        self.generation = generation
        self.born = time.time()
        self.values: dict[Hashable, Any] = {}

    @property
    def are_shared(self) -> bool:
        """Whether other requests profit: else it is not worth reading more than this one needs."""
        return bool(self.generation)

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return the value of this key, calling `read` if no request has."""
        if key not in self.values:
            if len(self.values) >= MOST:
                self.values.clear()
            self.values[key] = value = read()
            return value
        found: T = self.values[key]
        return found

    def is_good_for(self, generation: str) -> bool:
        age = time.time() - self.born  # negative if the clock was set back
        return self.generation == generation and 0 <= age < LIVES


_last = Facts()


def facts_of(request: HttpRequest | None) -> Facts:
    """Return what the requests of this generation share. Requests that may change something share nothing."""
    if request is None:
        return Facts()
    kept = vars(request)
    if "_facts" not in kept:
        is_reading = request.method in ("GET", "HEAD") and not getattr(request, "is_preview", False)
        kept["_facts"] = shared_facts(request.META.get(GENERATION, "") if is_reading else "")
    facts: Facts = kept["_facts"]
    return facts


def shared_facts(generation: str) -> Facts:
    global _last
    if not generation:
        return Facts()
    facts = _last
    if not facts.is_good_for(generation):
        facts = _last = Facts(generation)
    return facts
