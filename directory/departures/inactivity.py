"""Accounts that nobody uses: warned after two years, warned again a month before three, then let go as who leaves.

May run as often as one likes: what was said is written on the account, in the same transaction, and any activity takes
it back (docs/decisions/0020).
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
    """The first warnings that are due, then the second ones."""
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
    """Nobody came for three years: as if they had left on the day of the second warning, which was their notice."""
    locked = lock(user.pk, User.objects.to_let_go(at))
    if locked is None or locked.warned_again_at is None:
        return
    leave.close(locked, left_at=locked.warned_again_at)
    card = Member.objects.filter(user=locked).first()
    log(instance=card or locked, action=admission.FALL_ASLEEP)


def due_accounts(at: datetime) -> QuerySet[User]:
    """Who is to be let go, those who sleep longest first."""
    return User.objects.to_let_go(at).order_by("active_at", "pk")


def lock(pk: int, due: QuerySet[User]) -> User | None:
    """The account, unless it woke up a moment ago."""
    return due.select_for_update(of=("self",)).filter(pk=pk).first()
