"""Date arithmetic in calendar months, in the site's time zone."""

from calendar import monthrange
from datetime import datetime

from django.utils.timezone import localtime


def months_before(moment: datetime, months: int) -> datetime:
    """Return `moment` in local time, `months` earlier, at the same clock time.

    Falls back to the last day of a shorter month: 31 March minus one month is the last day of February.
    """
    here = localtime(moment)
    year, month = divmod(here.year * 12 + here.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return here.replace(year=year, month=month + 1, day=min(here.day, last))


def months_after(moment: datetime, months: int) -> datetime:
    return months_before(moment, -months)
