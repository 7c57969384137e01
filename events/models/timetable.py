"""When registered people are reminded and thanked, and in which words. Nothing else says these days.

The queryset's window, the messages' keys, kinds and words, and the help texts of the event's form are made from here.
Another day changes a help text too: `makemigrations` then writes a migration that touches no table.
"""

from dataclasses import dataclass
from datetime import time, timedelta

from home.french.typography import NBSP


@dataclass(frozen=True)
class Reminder:
    """One message of the timetable.

    `days` before the day on which a person is expected, after the last day when negative; messages' keys hold it, so
    that changing it makes another message. `kind` is what staff read in the list of messages, `told` what they read
    in the event's form, and `words` what the message says of the day.
    """

    days: int
    kind: str
    told: str
    words: str = ""
    template: str = "reminder"


#: The earliest first. A day stands here once.
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
#: A message is about the whole of a day, which has 25 hours when the clock changes.
MARGIN = timedelta(days=2)


def longest_before() -> timedelta:
    """How far away what begins may be for something to be due, rounded up."""
    return timedelta(days=max((one.days for one in REMINDERS), default=0)) + MARGIN


def longest_after() -> timedelta:
    """How long ago what is over may be for something to be due, rounded up."""
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
