"""Batch processing in short transactions, where one failing item does not stop the others."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

logger = logging.getLogger(__name__)

#: Queue of the tasks that may take longer than ten seconds. The process `pictures` of the Procfile runs them.
LONG = "long"

#: Rendering messages is slow and SQLite has a single writer.
SLICE = 25
#: Longest time, in seconds, that a task goes on before it leaves the rest to another: what is urgent waits behind it.
TASK_TIME = 2.0
#: A task that runs for longer is that of a killed worker.
TASK_LIMIT = timedelta(minutes=10)
Item = TypeVar("Item")


class SomeFailed(Exception):
    """Raised at the end of a batch with the items that failed. The log has the reasons; the batch may be run again.

    `left` holds the items that were not tried, for want of time.
    """

    def __init__(self, names: str, *, left: Sequence[Any] = ()) -> None:
        super().__init__(names)
        self.left = left


def one_by_one(items: Iterable[Item], work: Callable[[Item], Any]) -> None:
    """Call `work`, which opens its own transaction, on each item. Raise `SomeFailed` at the end if any failed."""
    failed = [name_of(item) for item in items if not attempt(work, item)]
    if failed:
        raise SomeFailed(", ".join(failed))


def in_slices(
    items: Sequence[Item], work: Callable[[Sequence[Item]], Any], *, seconds: float | None = None
) -> Sequence[Item]:
    """Call `work` on each batch of 25 in its own transaction. Raise `SomeFailed` at the end if any item failed.

    The items of a failing batch are tried again one by one, so `work` may run twice on an item after a rollback.
    With `seconds`, no batch is begun after them, and what is left is returned.
    """

    def alone(item: Item) -> None:
        with transaction.atomic():
            work([item])

    failed: list[str] = []
    end = time.monotonic() + seconds if seconds is not None else None
    left: Sequence[Item] = items
    while left and (left is items or end is None or time.monotonic() < end):
        part, left = left[:SLICE], left[SLICE:]
        if not attempt_together(work, part):
            failed += [name_of(item) for item in part if not attempt(alone, item)]
    if failed:
        raise SomeFailed(", ".join(failed), left=left)
    return left


class MoreToDo(Exception):
    """Raised when the time of a task is over before its work."""


def in_time(items: Sequence[Item], work: Callable[[Sequence[Item]], Any]) -> None:
    """Call `work` as `in_slices` does, for the time that a task may take. Raise `MoreToDo` if items are left."""
    try:
        left = in_slices(items, work, seconds=TASK_TIME)
    except SomeFailed as some:
        if some.left:
            raise MoreToDo from some
        raise
    if left:
        raise MoreToDo


@contextmanager
def going_on(task: Task, *arguments: Any) -> Iterator[None]:
    """Enqueue the task again when `MoreToDo` is raised inside."""
    try:
        yield
    except MoreToDo:
        task.enqueue(*arguments)


def enqueue_once(task: Task, *arguments: Any, at: datetime) -> None:
    """Enqueue a task unless the same one waits or runs already."""
    same = DBTaskResult.objects.filter(
        task_path=task.module_path, args_kwargs={"args": list(arguments), "kwargs": {}}
    )
    running = same.running().filter(started_at__gt=at - TASK_LIMIT)
    if not (same.filter(status=TaskResultStatus.READY).exists() or running.exists()):
        task.enqueue(*arguments)


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
