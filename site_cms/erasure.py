"""Erasing those who left the network: their registrations first, then the account and all that said who it was."""

from datetime import datetime

from directory.departures import inactivity, leave
from events.models import Registration
from events.registration.erasure import erase_person


def let_sleepers_go(at: datetime) -> None:
    """Who slept for three years, two warnings notwithstanding; not who is expected at an event, until it is over."""
    for user in inactivity.due_accounts(at):
        if not Registration.objects.of_person(user).to_come(at).exists():
            inactivity.let_go(user, at=at)


def erase_departed(at: datetime) -> None:
    """Everyone whose thirty days are over. One that fails, or a process that dies, is taken up again at the next run."""
    for departure in leave.due_departures(at):
        erase_person(user=departure.user, email=departure.user.email, now=at)
        leave.erase(departure, at=at)
