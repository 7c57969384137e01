"""When an event begins and ends. Pure; an interval is half-open, and "now" is always passed."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

#: The end of an event that has no date yet: it is still to come, and it sorts last.
UNDATED = datetime(9000, 1, 1, tzinfo=UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the clock of the network (Europe/Paris)."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def midnight(day: date) -> datetime:
    """The first moment of a day on the clock of the network."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def midnight_after(moment: datetime) -> datetime:
    """The end of the local day that holds this moment."""
    return midnight(local(moment).date() + timedelta(days=1))


def end_of(
    starts_at: datetime | None, announced_end: datetime | None, *, all_day: bool
) -> datetime:
    """The moment from which an event is past.

    Without an announced end, or with one that is not after the start, it is the end of the first day; an event
    of whole days ends with the last of them.
    """
    if starts_at is None:
        return UNDATED
    if all_day:
        return midnight_after(max(starts_at, announced_end or starts_at))
    if announced_end and announced_end > starts_at:
        return announced_end
    return midnight_after(starts_at)


def end_of_deadline(day: date) -> datetime:
    """The first moment that is too late: the deadline's own day is included."""
    return midnight(day + timedelta(days=1))
