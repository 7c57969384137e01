"""Erasure of inactive and departed members across apps: registrations first, then the account."""

from datetime import datetime

from directory.departures import inactivity, leave
from directory.models import Departure, User
from events.models import Registration
from events.registration.erasure import erase_person
from home.batches import one_by_one


def let_sleepers_go(at: datetime) -> None:
    """End the membership of people inactive for three years, after two warnings.

    Those registered for an upcoming event are kept until it is over.
    """
    one_by_one(inactivity.due_accounts(at), lambda user: let_sleeper_go(user, at))


def let_sleeper_go(user: User, at: datetime) -> None:
    if not Registration.objects.active().of_person(user).to_come(at).exists():
        inactivity.let_go(user, at=at)


def erase_departed(at: datetime) -> None:
    """Erase the people who left 30 days ago or more. After a failure, the next run resumes."""
    one_by_one(leave.due_departures(at), lambda departure: erase_one(departure, at))


def erase_one(departure: Departure, at: datetime) -> None:
    erase_person(user=departure.user, now=at)
    leave.erase(departure, at=at)
