"""Inactive accounts: warned twice, then closed as if their owner had left. When: directory.models.inactivity_timetable.

Idempotent: each warning is recorded on the account in the transaction that sends it, and any activity clears it
(docs/decisions/0020).
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from wagtail.log_actions import log

from directory import emails
from directory.departures import leave
from directory.emails import PER_RUN
from directory.membership import admission
from directory.models import Member, User
from home.batches import one_by_one

Due = Callable[[datetime], QuerySet[User]]


def warn(at: datetime) -> None:
    """Send the first and second warnings that are due."""
    rounds = (
        (User.objects.to_warn, "warned_at"),
        (User.objects.to_warn_again, "warned_again_at"),
    )
    warnings = {
        pk: (due, mark)
        for due, mark in rounds
        for pk in due(at).order_by("pk").values_list("pk", flat=True)[:PER_RUN]
    }
    one_by_one(warnings, lambda pk: warn_one(pk, *warnings[pk], at))


@transaction.atomic
def warn_one(pk: int, due: Due, mark: str, at: datetime) -> None:
    locked = lock(pk, due(at))
    if locked is None:
        return
    setattr(locked, mark, at)
    locked.save(update_fields=[mark])
    emails.asleep(locked)


@transaction.atomic
def let_go(user: User, *, at: datetime) -> None:
    """Close an account that is due, as if its owner had left on the day of the second warning."""
    locked = lock(user.pk, User.objects.to_let_go(at))
    if locked is None or locked.warned_again_at is None:
        return
    leave.close(locked, left_at=locked.warned_again_at)
    card = Member.objects.filter(user=locked).first()
    log(instance=card or locked, action=admission.FALL_ASLEEP)


def due_accounts(at: datetime) -> QuerySet[User]:
    """Return the accounts to close, longest inactive first."""
    return User.objects.to_let_go(at).order_by("active_at", "pk")


def lock(pk: int, due: QuerySet[User]) -> User | None:
    """Lock and return the account, or None if it has just become active."""
    return due.select_for_update(of=("self",)).filter(pk=pk).first()
