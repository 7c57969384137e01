"""Work on many, a few at a time: one that fails does not keep the others from being done."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import transaction

logger = logging.getLogger(__name__)

#: Rendering a message takes time, and SQLite has one writer: transactions are short.
SLICE = 25
Item = TypeVar("Item")


class SomeFailed(Exception):
    """The round is over and these were not done; the log says why. Whoever asked for the round may ask again."""


def one_by_one(items: Iterable[Item], work: Callable[[Item], Any]) -> None:
    """Each item in turn; `work` opens its own transaction. Raises `SomeFailed` at the end of the round."""
    failed = [name_of(item) for item in items if not attempt(work, item)]
    if failed:
        raise SomeFailed(", ".join(failed))


def in_slices(items: Sequence[Item], work: Callable[[Sequence[Item]], Any]) -> None:
    """Each slice in a transaction of its own; what is done stays done. Raises `SomeFailed` at the end of the round.

    The items of a slice that fails are begun again one by one: only what fails by itself is left.
    """

    def alone(item: Item) -> None:
        with transaction.atomic():
            work([item])

    failed: list[str] = []
    for start in range(0, len(items), SLICE):
        part = items[start : start + SLICE]
        if not attempt_together(work, part):
            failed += [name_of(item) for item in part if not attempt(alone, item)]
    if failed:
        raise SomeFailed(", ".join(failed))


def attempt_together(work: Callable[[Sequence[Item]], Any], part: Sequence[Item]) -> bool:
    try:
        with transaction.atomic():
            work(part)
    except Exception:  # noqa: BLE001 -- whatever it is, it comes again with the item that causes it
        return False
    return True


def attempt(work: Callable[[Item], Any], item: Item) -> bool:
    """Whether it was done. What stopped it is in the log."""
    try:
        work(item)
    except Exception:
        logger.exception("Not done: %s", name_of(item))
        return False
    return True


def name_of(item: Any) -> str:
    """What the log may say of it: no person's name."""
    return f"{item._meta.label} {item.pk}" if hasattr(item, "_meta") else str(item)
