"""Batch processing in short transactions. Rendering messages is slow and SQLite has a single writer."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import transaction

SLICE = 25
Item = TypeVar("Item")


def in_slices(items: Sequence[Item], work: Callable[[Sequence[Item]], None]) -> None:
    """Call `work` on each batch of 25 in its own transaction. Earlier batches stay committed if a later one fails."""
    for start in range(0, len(items), SLICE):
        with transaction.atomic():
            work(items[start : start + SLICE])
