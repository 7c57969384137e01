"""Erasing those who left the network: their registrations first, then the account and all that said who it was."""

from datetime import datetime

from directory import leaving
from events.erasing import erase_person


def erase_departed(at: datetime) -> None:
    """Everyone whose thirty days are over. One that fails, or a process that dies, is taken up again at the next run."""
    for departure in leaving.due(at):
        erase_person(user=departure.user, email=departure.user.email, now=at)
        leaving.erase(departure, at=at)
