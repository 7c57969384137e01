"""Date arithmetic of events, without database access.

Intervals are half-open (`start <= t < end`), and the current time is always passed in.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

#: `ends_at` of an event without a date, so that it counts as upcoming and sorts last.
UNDATED = datetime(9000, 1, 1, tzinfo=UTC)


def local(moment: datetime) -> datetime:
    """Convert to the default time zone (Europe/Paris)."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def midnight(day: date) -> datetime:
    """Return the first moment of a day in Europe/Paris."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def midnight_after(moment: datetime) -> datetime:
    """Return the midnight that ends the local day of this moment."""
    return midnight(local(moment).date() + timedelta(days=1))


def end_of(
    starts_at: datetime | None, announced_end: datetime | None, *, all_day: bool
) -> datetime:
    """Return the moment from which an event is past.

    An event of whole days ends with its last day. Without an announced end after the start, any other
    event ends with its first day.
    """
    if starts_at is None:
        return UNDATED
    if all_day:
        return midnight_after(max(starts_at, announced_end or starts_at))
    if announced_end and announced_end > starts_at:
        return announced_end
    return midnight_after(starts_at)


def end_of_deadline(day: date) -> datetime:
    """Return the first moment after the deadline, whose own day is included."""
    return midnight(day + timedelta(days=1))
