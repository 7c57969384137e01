"""How long somebody was there: the sessions at which they were checked in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from events.models.dates import local
from home.french import count_of
from home.french.typography import NBSP

Interval = tuple[datetime, datetime]


def duration_of(event: Any, seats: Iterable[Any]) -> str:
    """Return in words how long the sessions lasted of seats whose person was present; empty if the programme does not say.

    Hours of the same day are added, sessions that overlap counted once. An event of whole days, or one without sessions that
    lasts longer than a day, is counted in days.
    """
    sessions = [seat.session for seat in seats if seat.is_present]
    if not sessions:
        return ""
    if any(session.hidden for session in sessions):
        return whole_event(event)
    intervals = [interval_of(session, event) for session in sessions]
    known = [interval for interval in intervals if interval is not None]
    return hours(total_of(known)) if len(known) == len(intervals) else ""


def whole_event(event: Any) -> str:
    days = (
        local(event.ends_at - timedelta(seconds=1)).date() - local(event.starts_at).date()
    ).days + 1
    if event.all_day or (days > 1 and event.announced_end is not None):
        return count_of(days, "jour")
    return hours(event.ends_at - event.starts_at) if event.announced_end is not None else ""


def interval_of(session: Any, event: Any) -> Interval | None:
    """Return when a session began and ended. Without an end, it lasts until the end of its event on the same day."""
    end = session.ends_at
    if end is None and event.announced_end and not event.all_day:
        same_day = local(event.announced_end).date() == local(session.starts_at).date()
        others = [
            one.starts_at for one in event.sessions.all() if one.starts_at > session.starts_at
        ]
        end = min([event.announced_end, *others]) if same_day else None
    return (session.starts_at, end) if end and end > session.starts_at else None


def total_of(intervals: Iterable[Interval]) -> timedelta:
    """Return how long these last together, what they share counted once."""
    total, until = timedelta(), None
    for start, end in sorted(intervals):
        begins = start if until is None else max(start, until)
        total += max(end - begins, timedelta())
        until = end if until is None else max(until, end)
    return total


def hours(length: timedelta) -> str:
    """Return « 3 h », « 2 h 30 » or « 45 min »."""
    whole, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not whole:
        return f"{minutes}{NBSP}min"
    return f"{whole}{NBSP}h{f'{NBSP}{minutes:02}' if minutes else ''}"
