"""The timetable of reminders and thanks: the only place that says the days, and the words for them.

The queryset's window, the messages' keys, kinds and words, and the help texts of the event form derive from it.
Changing a day also changes a help text: `makemigrations` then writes a migration that touches no table.
"""

from dataclasses import dataclass
from datetime import time, timedelta

from home.french.typography import NBSP


@dataclass(frozen=True)
class Reminder:
    """One message of the timetable.

    `days` counts back from the day a person is expected; negative, forward from the last day. It is part of the
    messages' keys. Staff read `kind` in the list of messages and `told` in the event form; the message itself says
    `words`.
    """

    days: int
    kind: str
    told: str
    words: str = ""
    template: str = "reminder"


#: In the order in which they are sent, each with its own `days`.
REMINDERS: tuple[Reminder, ...] = (
    Reminder(
        days=7, kind="rappel, une semaine avant", told="sept jours avant", words="dans une semaine"
    ),
    Reminder(days=1, kind="rappel, la veille", told="la veille", words="demain"),
)
THANKS = Reminder(days=-1, kind="remerciement", told="le lendemain", template="thanks")

REMINDER_HOUR = time(9)
THANKS_HOUR = time(10)
#: How long after the event thanks still make sense, when the site was down.
THANKS_WINDOW = timedelta(days=3)
#: A message concerns a whole day, and a day has 25 hours when the clocks change.
MARGIN = timedelta(days=2)


def longest_before() -> timedelta:
    """How far ahead an event may begin and still have a reminder due, rounded up."""
    return timedelta(days=max((one.days for one in REMINDERS), default=0)) + MARGIN


def longest_after() -> timedelta:
    """How long ago an event may have ended and still have thanks due, rounded up."""
    return timedelta(days=-THANKS.days) + THANKS_WINDOW + MARGIN


def reminders_told() -> str:
    """« sept jours avant et la veille »."""
    *first, last = [one.told for one in REMINDERS]
    return f"{', '.join(first)} et {last}" if first else last


def reminders_help() -> str:
    when = f"{reminders_told()}, à {REMINDER_HOUR.hour}{NBSP}h"
    return f"Aux personnes qui ont une place, {when}."


def thanks_help() -> str:
    when = f"{THANKS.told}, à {THANKS_HOUR.hour}{NBSP}h"
    return f"{when[0].upper()}{when[1:]}, aux mêmes personnes."
