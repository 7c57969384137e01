"""Erasing those who left the network: their registrations first, then the account and all that said who it was."""

from datetime import datetime

from directory.departures import inactivity, leave
from directory.models import Departure, User
from events.models import Registration
from events.registration.erasure import erase_person
from home.batches import one_by_one


def let_sleepers_go(at: datetime) -> None:
    """Who slept for three years, two warnings notwithstanding; not who is expected at an event, until it is over."""
    one_by_one(inactivity.due_accounts(at), lambda user: let_sleeper_go(user, at))


def let_sleeper_go(user: User, at: datetime) -> None:
    if not Registration.objects.of_person(user).to_come(at).exists():
        inactivity.let_go(user, at=at)


def erase_departed(at: datetime) -> None:
    """Everyone whose thirty days are over. One that fails, or a process that dies, is taken up again at the next run."""
    one_by_one(leave.due_departures(at), lambda departure: erase_one(departure, at))


def erase_one(departure: Departure, at: datetime) -> None:
    erase_person(user=departure.user, email=departure.user.email, now=at)
    leave.erase(departure, at=at)
