"""Lengths of time in calendar months, on the network's clock."""

from calendar import monthrange
from datetime import datetime

from django.utils.timezone import localtime


def months_before(moment: datetime, months: int) -> datetime:
    """The same hour of the clock so many months earlier; the last day of a month that is too short."""
    here = localtime(moment)
    year, month = divmod(here.year * 12 + here.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return here.replace(year=year, month=month + 1, day=min(here.day, last))


def months_after(moment: datetime, months: int) -> datetime:
    return months_before(moment, -months)
