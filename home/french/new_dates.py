"""A text of last time with the dates of this time, each written as it was: « jeudi 12 mars » → « vendredi 2 avril »."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple
from unicodedata import normalize

from home.french.dates import DAYS, MONTHS
from home.french.dates_in_text import ONE_DAY, WRITTEN_DAYS, FoundDate, dates_in

_FIGURES = re.compile(r"(\d+)([/.-])(\d+)(?:\2(\d+))?")
_OF_MONTH = re.compile(r"(\bd[’']|\bde\s+)$", re.IGNORECASE)
_YEARS = re.compile(r"(?<![\w/.-])\d{4}(?:\s?[-–/]\s?\d{4})?(?!\w|[/.-]\w)")


class Rewording(NamedTuple):
    """Words of a text in form NFC, at `start`, and those to write in their place."""

    start: int
    old: str
    new: str


@dataclass(frozen=True)
class NewDates:
    """The days of last time with those of this time, and the year of last time with the number of years since.

    The first day that the words may mean counts: « mars 2026 » is the month of the first one in March 2026.
    """

    days: Mapping[date, date]
    year: int
    years: int

    def rewordings(self, text: str) -> list[Rewording]:
        """Return, in order, the words of a plain text to rewrite: dates of these days, and the year alone."""
        text = normalize("NFC", text)
        dates = dates_in(text)
        found = [*self._of_dates(text, dates), *self._of_years(text, dates)]
        return sorted(one for one in found if one.old != one.new)

    def reword(self, text: str) -> str:
        """Return the plain text with the dates of this time."""
        text = normalize("NFC", text)
        for start, old, new in reversed(self.rewordings(text)):
            text = text[:start] + new + text[start + len(old) :]
        return text

    def _of_dates(self, text: str, dates: list[FoundDate]) -> Iterator[Rewording]:
        for start, group in groupby(dates, key=lambda one: one.start):
            written = list(group)
            days = [day for one in written if (day := self._new_day(one))]
            new = _rewritten(written[0], days) if len(days) == len(written) else None
            if new is None:
                continue
            before = _OF_MONTH.search(text[:start]) if written[0].day is None else None
            article = before[0] if before else ""
            of_month = ("d’" if new[0] in "ao" else "de ") if before else ""
            yield Rewording(start - len(article), article + written[0].text, of_month + new)

    def _new_day(self, found: FoundDate) -> date | None:
        return next((new for day, new in self.days.items() if found.can_be(day)), None)

    def _of_years(self, text: str, dates: list[FoundDate]) -> Iterator[Rewording]:
        taken = [range(one.start, one.start + len(one.text)) for one in dates]
        for match in _YEARS.finditer(text):
            is_date = any(match.start() in place for place in taken)
            if str(self.year) in match[0] and not is_date:
                new = re.sub(r"\d{4}", lambda year: str(int(year[0]) + self.years), match[0])
                yield Rewording(match.start(), match[0], new)


def _rewritten(found: FoundDate, days: list[date]) -> str | None:
    """Return the words for these days, or None if they need another form: two months where there was one."""
    if found.day is None:
        return f"{MONTHS[days[0].month - 1]} {days[0].year}"
    words = WRITTEN_DAYS.fullmatch(found.text)
    if words is None:
        return _in_figures(found.text, days[0])
    last = days[-1]
    if any((day.year, day.month) != (last.year, last.month) for day in days):
        return None
    left = iter(days)
    numbers = ONE_DAY.sub(lambda one: _numbered(one, next(left)), words["days"])
    month = MONTHS[last.month - 1]
    spaces = found.text[words.end("days") : words.start("month")]
    year = f" {last.year}" if words["year"] else ""
    return numbers + spaces + (month.upper() if words["month"].isupper() else month) + year


def _numbered(written: re.Match[str], day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    if not written[1]:
        return number
    name = DAYS[day.weekday()]
    name = name.capitalize() if written[1][0].isupper() else name
    return name + written.string[written.end(1) : written.start(2)] + number


def _in_figures(written: str, day: date) -> str | None:
    match = _FIGURES.fullmatch(written)
    if match is None or len(match[1]) == 4:
        return day.isoformat() if match else None
    sign = match[2]
    parts = [_padded(day.day, match[1]), _padded(day.month, match[3])]
    if match[4]:
        parts.append(str(day.year)[-len(match[4]) :])
    return sign.join(parts)


def _padded(number: int, as_in: str) -> str:
    return f"{number:02}" if len(as_in) == 2 else str(number)
