"""Half-days of an event, as funders count them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from events.models.dates import local

#: Between a morning and an afternoon.
NOON = time(13)
#: What reaches less than this into another half of the day is part of a meal.
LEAST = timedelta(hours=1)


def half_days(event: Any) -> int:
    """Count the mornings and afternoons, until and from 1 p.m., that the event fills by more than an hour; one at least."""
    first, last = local(event.starts_at), local(event.ends_at)
    if event.all_day:
        return max(2 * (last.date() - first.date()).days, 1)
    if event.announced_end is None:
        return 1
    days = (first.date() + timedelta(days=number) for number in range((last - first).days + 2))
    return max(sum(filled(day, first, last) for day in days), 1)


def filled(day: date, first: datetime, last: datetime) -> int:
    zone = timezone.get_default_timezone()
    begins, noon = datetime.combine(day, time(), zone), datetime.combine(day, NOON, zone)
    halves = ((begins, noon), (noon, begins + timedelta(days=1)))
    return sum(min(last, end) - max(first, start) > LEAST for start, end in halves)
