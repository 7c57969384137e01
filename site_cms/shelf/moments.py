"""The next moment at which time alone changes a public page, without anything being written."""

from datetime import datetime, timedelta

from django.db import DatabaseError, models
from django.db.models import Min, QuerySet, Value
from django.utils import timezone

from events.models import EventPage
from events.models.dates import midnight_after
from home.models import SiteSettings

#: Columns whose moment, once reached, changes a page. Dates, such as deadlines, change pages at midnight.
MOMENTS: tuple[tuple[type[models.Model], str], ...] = (
    (EventPage, "registration_opens_at"),
    (EventPage, "starts_at"),
    (EventPage, "ends_at"),
    (SiteSettings, "alert_until"),
)
#: Until when answers may be kept while the database does not tell.
UNKNOWN = timedelta(minutes=1)


def next_moment(now: datetime) -> datetime:
    """Return the first moment after `now` that changes a page: one query. Midnight in Paris at the latest."""
    first, *others = (soonest(model, column, now) for model, column in MOMENTS)
    try:
        found = [moment for (moment,) in first.union(*others, all=True) if moment is not None]
    except DatabaseError:  # told by all that asks it; or its tables are being made
        return now + UNKNOWN
    return min([*found, midnight_after(now)])


def next_timestamp() -> float:
    return next_moment(timezone.now()).timestamp()


def soonest(model: type[models.Model], column: str, now: datetime) -> QuerySet:
    rows = model._default_manager.order_by().filter(**{f"{column}__gt": now})
    # Grouped by a constant, because an aggregate alone cannot be part of a union.
    grouped = rows.annotate(rows=Value(1)).values("rows")
    return grouped.annotate(moment=Min(column)).values_list("moment")
