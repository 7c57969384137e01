"""Guards of what the clock erases for good: a clock that jumps, and a round that erases too much at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from directory.models import ContactMessage, JoinRequest, Member, User
from events.models import Registration
from home.batches import SomeFailed
from home.mail import alerts
from home.models import Subscriber
from home.models.heartbeat import ERASURES, Heartbeat

#: Longest silence between two rounds that this machine's clock may tell and the database's deny.
JUMP = timedelta(days=2)
#: Part of what is kept that one round may erase, and the number that is never too much.
PART, FEW = 0.25, 10

#: What is counted before and after a round, by its name for staff: rows that tell of a person.
HOLDINGS: dict[str, Callable[[], int]] = {
    "inscriptions": lambda: Registration.objects.remembered().count(),
    "réponses d’inscription": lambda: Registration.objects.exclude(answers={}).count(),
    "comptes": lambda: User.objects.filter(is_active=True).count(),
    "membres": lambda: Member._base_manager.count(),
    "demandes d’adhésion": lambda: JoinRequest._base_manager.count(),
    "abonnements à la lettre": lambda: Subscriber._base_manager.count(),
    "messages entre membres": lambda: ContactMessage._base_manager.count(),
}


class ClockJumped(Exception):
    """This machine's clock went on by days between two rounds, and the database's did not."""


@dataclass(frozen=True)
class TooMuch(Exception):
    """A round would erase a large part of what is kept."""

    what: str
    erased: int
    held: int

    def __str__(self) -> str:
        return f"{self.erased} of {self.held} ({self.what})"


def check_clock(at: datetime) -> None:
    """Raise ClockJumped, or note this round. A site that was stopped for days is no jump: both clocks went on."""
    last = Heartbeat.objects.filter(name=ERASURES).first()
    now = database_now()
    if last and last.database_at and at - last.at > JUMP and now - last.database_at < JUMP:
        alerts.erasure_held("", day=now.date())
        raise ClockJumped
    note_round(at)


def note_round(at: datetime) -> None:
    values = {"at": at, "database_at": database_now()}
    Heartbeat.objects.update_or_create(name=ERASURES, defaults=values)


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        now = cursor.fetchone()[0]
    if isinstance(now, str):
        now = datetime.fromisoformat(now)
    return now if now.tzinfo else now.replace(tzinfo=UTC)


def erase_within_bounds(run: Callable[[datetime], None], at: datetime) -> None:
    """Run an erasure, and take it back if it erased too much: raise TooMuch, and tell staff once a day."""
    try:
        attempt(run, at)
    except TooMuch as much:
        alerts.erasure_held(f"{much.what} ({much.erased} sur {much.held})", day=at.date())
        raise


def attempt(run: Callable[[datetime], None], at: datetime) -> None:
    some_failed: SomeFailed | None = None
    with transaction.atomic():
        before = holdings()
        try:
            run(at)
        except SomeFailed as failed:
            some_failed = failed
        refuse_too_much(before, holdings())
    if some_failed:
        raise some_failed


def holdings() -> dict[str, int]:
    return {what: count() for what, count in HOLDINGS.items()}


def refuse_too_much(before: dict[str, int], after: dict[str, int]) -> None:
    for what, held in before.items():
        erased = held - after[what]
        if erased > max(FEW, held * PART):
            raise TooMuch(what, erased, held)


def counts_of(run: Callable[[datetime], None], at: datetime) -> dict[str, int]:
    """Return what a round would erase, and take it back."""
    with transaction.atomic():
        before = holdings()
        run(at)
        after = holdings()
        transaction.set_rollback(True)
    return {what: before[what] - after[what] for what in before if before[what] != after[what]}
