"""The days of an event, and moving them: what is counted from its start follows, at the same hour in Europe/Paris."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from events.models.dates import local

#: An event's days are listed up to this number.
MOST_DAYS = 366


@dataclass(frozen=True)
class Shift:
    """A number of days, and a change of the hour on the clock."""

    days: int
    clock: timedelta = timedelta(0)

    @classmethod
    def between(cls, before: datetime, after: datetime) -> "Shift":
        old, new = local(before).replace(tzinfo=None), local(after).replace(tzinfo=None)
        days = (new.date() - old.date()).days
        return cls(days, new - old - timedelta(days=days))

    def moment(self, moment: datetime | None) -> datetime | None:
        """Return the moment moved. An hour that the change of time leaves out becomes the one after it."""
        if moment is None:
            return None
        clock = local(moment).replace(tzinfo=None) + timedelta(days=self.days) + self.clock
        return local(clock.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC))

    def day(self, day: date | None) -> date | None:
        """Return the day moved: a deadline stays as many days before the event."""
        return day and day + timedelta(days=self.days)


def move(event: Any, shift: Shift) -> None:
    """Move the event with its registration and its sessions, without saving it."""
    event.starts_at = shift.moment(event.starts_at)
    event.announced_end = shift.moment(event.announced_end)
    event.registration_opens_at = Shift(shift.days).moment(event.registration_opens_at)
    move_followers(event, shift)


def move_followers(event: Any, shift: Shift) -> None:
    """Move the deadline of registration and the sessions with theirs, without saving the event."""
    event.registration_deadline = shift.day(event.registration_deadline)
    sessions = list(event.sessions.all())
    for session in sessions:
        session.starts_at = shift.moment(session.starts_at)
        session.ends_at = shift.moment(session.ends_at)
        session.deadline = shift.day(session.deadline)
    event.sessions = sessions


def days_of(event: Any) -> list[date]:
    """Return the days that the event's fields say, each once: its own, its sessions', those of registration."""
    sessions = list(event.sessions.all())
    starts = [local(one.starts_at).date() for one in sessions if one.starts_at]
    deadlines = [event.registration_deadline, *(one.deadline for one in sessions)]
    opens_at = event.registration_opens_at
    opening = [local(opens_at).date()] if opens_at else []
    return list(dict.fromkeys([*event_days(event), *starts, *filter(None, deadlines), *opening]))


def event_days(event: Any) -> list[date]:
    """Return each day from the first to the last, none without a date."""
    if event.starts_at is None:
        return []
    first = local(event.starts_at).date()
    last = local(event.ends_at - timedelta(microseconds=1)).date()
    return [first + timedelta(days=n) for n in range(min((last - first).days + 1, MOST_DAYS))]
