"""Timetable of reminders and thanks: the single source of their days and wording.

The queryset's window, the messages' keys, kinds and words, and the event form's help texts derive from
it. Changing a day also changes a help text, so `makemigrations` writes a migration, which alters no table.
"""

from dataclasses import dataclass
from datetime import time, timedelta

from home.french.typography import NBSP


@dataclass(frozen=True)
class Reminder:
    """One message of the timetable.

    `days` counts back from the day a person is expected or, if negative, forward from the last day; it is
    part of the messages' keys. Staff read `kind` in the list of messages and `told` in the event form;
    `words` is used in the message itself.
    """

    days: int
    kind: str
    told: str
    words: str = ""
    template: str = "reminder"


#: In sending order, with distinct `days`.
REMINDERS: tuple[Reminder, ...] = (
    Reminder(
        days=7, kind="rappel, une semaine avant", told="sept jours avant", words="dans une semaine"
    ),
    Reminder(days=1, kind="rappel, la veille", told="la veille", words="demain"),
)
THANKS = Reminder(days=-1, kind="remerciement", told="le lendemain", template="thanks")

REMINDER_HOUR = time(9)
THANKS_HOUR = time(10)
#: How late thanks may still be sent, for example after an outage.
THANKS_WINDOW = timedelta(days=3)
#: Messages are due by whole days, and a day has 25 hours when the clocks go back.
MARGIN = timedelta(days=2)


def longest_before() -> timedelta:
    """Return how far ahead an event with a reminder due may begin, rounded up."""
    return timedelta(days=max((one.days for one in REMINDERS), default=0)) + MARGIN


def longest_after() -> timedelta:
    """Return how long ago an event with thanks due may have ended, rounded up."""
    return timedelta(days=-THANKS.days) + THANKS_WINDOW + MARGIN


def reminders_told() -> str:
    """List the reminders: « sept jours avant et la veille »."""
    *first, last = [one.told for one in REMINDERS]
    return f"{', '.join(first)} et {last}" if first else last


def reminders_help() -> str:
    when = f"{reminders_told()}, à {REMINDER_HOUR.hour}{NBSP}h"
    return f"Aux personnes qui ont une place, {when}."


def thanks_help() -> str:
    when = f"{THANKS.told}, à {THANKS_HOUR.hour}{NBSP}h"
    return f"{when[0].upper()}{when[1:]}, aux mêmes personnes."
