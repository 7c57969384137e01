"""Dates and hours as people type them: « 12/03/2027 9h30 », « 12 mars 2027 à 14 h ». Nothing is guessed."""

import re
from datetime import date, datetime, time
from typing import NoReturn

from home.french.characters import one_line
from home.french.dates import DAYS, MONTHS, PARIS, long_date
from home.french.folding import fold

DATE_EXAMPLE, TIME_EXAMPLE = "12/03/2027 ou 12 mars 2027", "9h30 ou 14h"
MOMENT_EXAMPLE = "12/03/2027 9h30 ou 12 mars 2027 à 9h30"

#: Months by folded name or abbreviation.
MONTH_NUMBERS = {fold(name): number for number, name in enumerate(MONTHS, start=1)}
MONTH_NUMBERS |= {
    "janv": 1,
    "fevr": 2,
    "fev": 2,
    "avr": 4,
    "juil": 7,
    "sept": 9,
    "oct": 10,
    "nov": 11,
}
MONTH_NUMBERS |= {"dec": 12}
_DAYS = {name[:length]: name for name in DAYS for length in (3, len(name))}
_YEARS = range(1900, 2200)
#: Years written with two figures that are of one century only.
_SHORT_YEARS = range(50)
_FIGURES = re.compile(r"(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})([-/])(\d{2})\2(\d{2})")
_WORDS = re.compile(r"(\d{1,2}) ?(?:er)? ([^\W\d_]+)\.?(?: (\d{4}))?")
_RAISED = str.maketrans("ᵉʳ", "er")
_WEEKDAY = re.compile(rf"(?:le )?(?:({'|'.join(_DAYS)})\.?,? )?(?:le )?")
_HOUR = re.compile(r"(\d{1,2}) ?(?:h|:|\.(?=\d)|heures?)(?: ?(\d{2}))?(?: ?(?:mn|min|minutes)\.?)?")
_SECONDS = re.compile(r"(\d{2}:\d{2}):\d{2}(?:\.\d+)?")
#: Between the day and the hour.
_BETWEEN = re.compile(r"(?:,? [àa] |, | [-–—] |t(?=\d{2}:)| )")


class Unreadable(ValueError):
    """The text is not a date. The message tells the person what to write."""


def read_date(text: str) -> date:
    """Return the day. Raise Unreadable."""
    found = _split_day(_typed(text))
    if found is None or found[1]:
        _refuse("une date", DATE_EXAMPLE)
    return found[0]


def read_time(text: str) -> time:
    """Return the hour. Raise Unreadable."""
    found = _hour(_typed(text))
    if found is None:
        _refuse("une heure", TIME_EXAMPLE)
    return found


def read_moment(text: str, *, whole_day: bool = False) -> datetime:
    """Return the moment in Paris, at midnight for a `whole_day` without an hour. Raise Unreadable."""
    found = _split_day(_typed(text))
    if found is None:
        _refuse("une date et une heure", MOMENT_EXAMPLE)
    day, rest = found
    if not rest and not whole_day:
        raise Unreadable(f"Ajoutez l’heure, par exemple {day:%d/%m/%Y} 9h30.")
    between = _BETWEEN.match(rest)
    clock = time.min if not rest else _hour(rest[between.end() :]) if between else None
    if clock is None:
        _refuse("une date et une heure", MOMENT_EXAMPLE)
    return in_paris(day, clock)


def in_paris(day: date, clock: time) -> datetime:
    """Return the moment. Raise Unreadable for the hours that the change of time leaves out or brings twice."""
    moment = datetime.combine(day, clock, tzinfo=PARIS)
    twin = moment.replace(fold=1)
    if f"{moment:%z}" == f"{twin:%z}":
        return moment
    why = "n’existe pas" if f"{moment:%z}" < f"{twin:%z}" else "vient deux fois"
    raise Unreadable(
        f"Cette nuit-là, on change d’heure\u00a0: {clock:%H:%M} {why}. Choisissez une heure avant 2h ou après 3h."
    )


def _typed(text: str) -> str:
    """Return the text in small letters, « er » on the line, without a full stop at its end."""
    return one_line(text).lower().translate(_RAISED).removesuffix(".")


def _split_day(typed: str) -> tuple[date, str] | None:
    """Return the day at the beginning of the text, and what follows it."""
    start = _WEEKDAY.match(typed)
    rest = typed[start.end() :] if start else typed
    for pattern, read in ((_ISO, _iso), (_FIGURES, _figures), (_WORDS, _words)):
        found = pattern.match(rest)
        after = rest[found.end() :] if found else ""
        if found and not after[:1].isdigit() and (numbers := read(found)):
            day = _day(*numbers)
            _check_weekday(_DAYS.get(start[1] or "") if start else None, day)
            return day, after
    return None


def _iso(found: re.Match[str]) -> tuple[int, int, int]:
    return int(found[1]), int(found[3]), int(found[4])


def _figures(found: re.Match[str]) -> tuple[int, int, int]:
    year = int(found[4])
    if len(found[4]) == 2 and year not in _SHORT_YEARS:
        raise Unreadable(f"Écrivez l’année en entier, par exemple {DATE_EXAMPLE}.")
    return year + 2000 if len(found[4]) == 2 else year, int(found[3]), int(found[1])


def _words(found: re.Match[str]) -> tuple[int, int, int] | None:
    month = MONTH_NUMBERS.get(fold(found[2]))
    if month and not found[3]:
        raise Unreadable(f"Ajoutez l’année en entier, par exemple {DATE_EXAMPLE}.")
    return (int(found[3]), month, int(found[1])) if month else None


def _day(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        found = None
    if found is None or year not in _YEARS:
        raise Unreadable(
            f"Le {day:02}/{month:02}/{year} n’existe pas\u00a0: écrivez une autre date, par exemple {DATE_EXAMPLE}."
        )
    return found


def _check_weekday(name: str | None, day: date) -> None:
    if name and DAYS[day.weekday()] != name:
        raise Unreadable(
            f"Le {long_date(day, weekday=False)} est un {DAYS[day.weekday()]}\u00a0: corrigez le jour ou la date."
        )


def _hour(typed: str) -> time | None:
    whole = _SECONDS.fullmatch(typed)
    found = _HOUR.fullmatch(whole[1] if whole else typed)
    if found is None or (":" in found[0] and not found[2]):
        if typed == "minuit":
            raise Unreadable("Minuit est de deux jours\u00a0: écrivez 0h, ou 23h59.")
        return time(12) if typed == "midi" else None
    hours, minutes = int(found[1]), int(found[2] or 0)
    if hours > 23 or minutes > 59:
        raise Unreadable(
            f"{hours}h{minutes:02} n’existe pas\u00a0: écrivez une heure de 0h à 23h59."
        )
    return time(hours, minutes)


def _refuse(what: str, example: str) -> NoReturn:
    raise Unreadable(f"Écrivez {what}, par exemple {example}.")
