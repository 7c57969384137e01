"""Dates written in a French text: « le 28 avril », « du 25 au 28 mars 2024 », « 12/03/2026 », « mars 2026 ».

Hours (« 9h30 »), telephone numbers, versions, names of streets and dates of laws are left out.
"""

import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple
from unicodedata import normalize

from home.french.dates import DAYS
from home.french.folding import fold
from home.french.typed_dates import MONTH_NUMBERS


class FoundDate(NamedTuple):
    """A date as written. `year` is None where the text gives none, `day` for a whole month (« mars 2026 »).

    `weekday` (0 is Monday) is None where the text gives none. `text` is found at `start` of the text in form NFC.
    """

    text: str
    start: int
    year: int | None
    month: int
    day: int | None
    weekday: int | None = None

    def can_be(self, day: date) -> bool:
        """Return whether the words may mean this day: what they leave out does not count."""
        return (
            self.month == day.month
            and self.year in (None, day.year)
            and self.day in (None, day.day)
            and self.weekday in (None, day.weekday())
        )


_NAMES = "|".join(DAYS)
_DAY = rf"(?:(?:{_NAMES}),?\s+(?:le\s+)?)?\d{{1,2}}(?:er|ᵉʳ)?\b"
ONE_DAY = re.compile(rf"(?:({_NAMES}),?\s+(?:le\s+)?)?(\d{{1,2}})(?:er|ᵉʳ)?\b", re.IGNORECASE)
_JOINT = r"\s*(?:,|&|/|[-–—]|\bet\b|\bou\b|\bau\b|\bà\b)\s*(?:le\s+)?"
_YEARS = r"(?:19|20|21)\d{2}"
#: « mardi 25 et mercredi 26 mars 2024 », « 25, 26 et 27 mars »; the word is a month if `MONTH_NUMBERS` has it.
WRITTEN_DAYS = re.compile(
    rf"(?<!\w)(?<!\bh\s)(?P<days>{_DAY}(?:{_JOINT}{_DAY})*)"
    rf"\s+(?P<month>[^\W\d_]+)\b(?:\.?\s+(?P<year>{_YEARS})\b)?",
    re.IGNORECASE,
)
_MONTH = re.compile(rf"\b(?P<month>[^\W\d_]+)\.?\s+(?P<year>{_YEARS})\b")
_FIGURES = re.compile(
    r"(?<![\w/.-])(?P<date>(?P<day>\d{1,2})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2}))"
    r"(?!\w|[/.-]\w)"
)
_ISO = re.compile(
    r"(?<![\w/.-])(?P<date>(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2}))(?!\w|[/.-]\w)"
)
#: Without a year, figures may be anything; a word before them says that they are a date.
_SHORT = re.compile(
    rf"\b(?:le|du|au|{_NAMES})\s+(?P<date>(?P<day>\d{{1,2}})/(?P<month>\d{{2}}))(?!\w|[/.-]\w)",
    re.IGNORECASE,
)
_WEEKDAY_BEFORE = re.compile(rf"\b({_NAMES}),?\s+(?:le\s+)?$", re.IGNORECASE)
#: What is named after a day: « rue du 8 mai 1945 », « loi n° 2014-173 du 21 février 2014 ».
_NAMED_AFTER = re.compile(
    r"\b(?:rue|avenue|av\.|boulevard|bd|place|placette|quai|square|all[ée]e|cours|impasse|passage|pont|chemin|"
    r"esplanade|rond-point|faubourg|cit[ée]|r[ée]sidence|[ée]cole|coll[èe]ge|lyc[ée]e|stade|gymnase)\s+du\s+$"
    r"|\b(?:loi|d[ée]cret|arr[êe]t[ée]|ordonnance|circulaire|directive|instruction)s?\s+(?:\S+\s+){0,4}du\s+$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:,|[-–—]|et|au|à|puis)\s*(?:le\s+)?", re.IGNORECASE)
#: How far back the words before a date are read.
_BEFORE = 60


def dates_in(text: str) -> list[FoundDate]:
    """Return the dates of a plain text, in order: two for « du 25 au 28 mars », which say the same `text`."""
    text = normalize("NFC", text)
    groups: list[list[FoundDate]] = []
    for group in (*_written_days(text), *_numbers(text), *_months(text)):
        if not any(_overlap(group[0], other[0]) for other in groups):
            groups.append(group)
    groups.sort(key=lambda group: group[0].start)
    dates = [one for group in _with_joined_years(text, groups) for one in group]
    return [one for one in dates if not _NAMED_AFTER.search(text[: one.start][-_BEFORE:])]


def foreign_dates(text: str, own: Collection[date]) -> list[FoundDate]:
    """Return the dates of a plain text that can be none of these days."""
    return [found for found in dates_in(text) if not any(found.can_be(day) for day in own)]


def _written_days(text: str) -> Iterator[list[FoundDate]]:
    for match in WRITTEN_DAYS.finditer(text):
        month = MONTH_NUMBERS.get(fold(match["month"]))
        if month and (days := _growing(list(ONE_DAY.finditer(match["days"])))):
            start = match.start() + days[0].start()
            written = text[start : match.end()]
            yield [
                FoundDate(written, start, _year(match), month, int(day[2]), _weekday(day[1]))
                for day in days
            ]


def _growing(days: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the last days of the list that grow up to its end: the numbers before them are of something else."""
    kept: list[re.Match[str]] = []
    after = 32
    for day in reversed(days):
        if not 0 < int(day[2]) < after:
            break
        after = int(day[2])
        kept.insert(0, day)
    return kept


def _numbers(text: str) -> Iterator[list[FoundDate]]:
    for match in (found for form in (_ISO, _FIGURES, _SHORT) for found in form.finditer(text)):
        day, month = int(match["day"]), int(match["month"])
        if 1 <= day <= 31 and 1 <= month <= 12:
            start = match.start("date")
            before = _WEEKDAY_BEFORE.search(text[:start][-_BEFORE:])
            weekday = _weekday(before and before[1])
            yield [FoundDate(match["date"], start, _year(match), month, day, weekday)]


def _year(match: re.Match[str]) -> int | None:
    written = match.groupdict().get("year")
    return int(written) + (2000 if len(written) == 2 else 0) if written else None


def _months(text: str) -> Iterator[list[FoundDate]]:
    for match in _MONTH.finditer(text):
        if month := MONTH_NUMBERS.get(fold(match["month"])):
            yield [FoundDate(match[0], match.start(), int(match["year"]), month, None)]


def _weekday(name: str | None) -> int | None:
    return DAYS.index(name.lower()) if name else None


def _overlap(one: FoundDate, other: FoundDate) -> bool:
    return one.start < other.start + len(other.text) and other.start < one.start + len(one.text)


def _with_joined_years(text: str, groups: list[list[FoundDate]]) -> list[list[FoundDate]]:
    """Give « 30 décembre » its year in « du 30 décembre au 2 janvier 2025 »."""
    for index in range(len(groups) - 2, -1, -1):
        one, following = groups[index][-1], groups[index + 1][0]
        between = text[one.start + len(one.text) : following.start]
        if one.year is None and following.year and _BETWEEN.fullmatch(between):
            year = following.year - (one.month > following.month)
            groups[index] = [day._replace(year=year) for day in groups[index]]
    return groups
