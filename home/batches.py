"""Work on many people in short transactions: rendering a message takes time, and SQLite has one writer."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import transaction

SLICE = 25
Item = TypeVar("Item")


def in_slices(items: Sequence[Item], work: Callable[[Sequence[Item]], None]) -> None:
    """Each slice in a transaction of its own; what is done stays done when a later one fails."""
    for start in range(0, len(items), SLICE):
        with transaction.atomic():
            work(items[start : start + SLICE])
