"""The days of an event, and moving them: what is counted from its start follows, at the same hour in Europe/Paris."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

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
        move_session(session, shift)
    event.sessions = sessions
    questions = list(event.questions.all())
    for question in questions:
        question.due_at = shift.moment(question.due_at)
    event.questions = questions


def move_session(session: Any, shift: Shift) -> None:
    session.starts_at = shift.moment(session.starts_at)
    session.ends_at = shift.moment(session.ends_at)
    session.deadline = shift.day(session.deadline)


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


def left_behind(draft: Any, stored: Any) -> Shift | None:
    """Return by how much the draft's start has moved when its sessions or deadline have not followed, else None.

    `stored` is the page as the database has it. Until it is public, the draft is compared with its own sessions.
    """
    start = stored.starts_at if stored.live else first_session(draft)
    if draft.starts_at is None or start is None:
        return None
    shift = Shift.between(start, draft.starts_at)
    if not stored.live:
        shift = Shift(0 if local(start).date() in event_days(draft) else shift.days)
    return shift if shift != Shift(0) and followers(draft, stored) else None


def first_session(event: Any) -> datetime | None:
    return min((one.starts_at for one in event.sessions.all() if one.starts_at), default=None)


def followers(draft: Any, stored: Any) -> set[UUID | None]:
    """Return the sessions, and None for the deadline, whose dates are those of before: nobody moved them by hand."""
    dated = {one.uuid: one.starts_at for one in draft.sessions.all() if one.starts_at}
    deadline = draft.registration_deadline
    if not stored.live:
        return {*dated, *([None] if deadline else [])}
    before = {one.uuid: one.starts_at for one in stored.sessions.all()}
    same = {uuid for uuid, start in dated.items() if before.get(uuid) == start}
    return {*same, *([None] if deadline and deadline == stored.registration_deadline else [])}


def let_follow(draft: Any, stored: Any) -> None:
    """Move what `left_behind` tells of, without saving the draft."""
    shift, late = left_behind(draft, stored), followers(draft, stored)
    if shift is None:
        return
    if None in late:
        draft.registration_deadline = shift.day(draft.registration_deadline)
    sessions = list(draft.sessions.all())
    for session in sessions:
        if session.uuid in late:
            move_session(session, shift)
    draft.sessions = sessions
