"""Batch processing in short transactions, where one failing item does not stop the others."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db import transaction

logger = logging.getLogger(__name__)

#: Rendering messages is slow and SQLite has a single writer.
SLICE = 25
Item = TypeVar("Item")


class SomeFailed(Exception):
    """Raised at the end of a batch with the items that failed. The log has the reasons; the batch may be run again."""


def one_by_one(items: Iterable[Item], work: Callable[[Item], Any]) -> None:
    """Call `work`, which opens its own transaction, on each item. Raise `SomeFailed` at the end if any failed."""
    failed = [name_of(item) for item in items if not attempt(work, item)]
    if failed:
        raise SomeFailed(", ".join(failed))


def in_slices(items: Sequence[Item], work: Callable[[Sequence[Item]], Any]) -> None:
    """Call `work` on each batch of 25 in its own transaction. Raise `SomeFailed` at the end if any item failed.

    The items of a failing batch are tried again one by one, so `work` may run twice on an item after a rollback.
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
    except Exception:  # noqa: BLE001 -- the item that causes it raises it again
        return False
    return True


def attempt(work: Callable[[Item], Any], item: Item) -> bool:
    """Return whether `work` succeeded, and log why it did not."""
    try:
        work(item)
    except Exception:
        logger.exception("Not done: %s", name_of(item))
        return False
    return True


def name_of(item: Any) -> str:
    """Return the label of an item in the log, which never contains a person's name."""
    return f"{item._meta.label} {item.pk}" if hasattr(item, "_meta") else str(item)
