"""French formatting of dates and times, in the Europe/Paris time zone."""

from datetime import date, datetime, time, timedelta
from html import escape
from typing import NamedTuple
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


class Piece(NamedTuple):
    """A part of a formatted date, with its value for `<time datetime>` if it has one."""

    text: str
    moment: date | None = None


class Span(NamedTuple):
    """A half-open interval, as stored by pages: `start <= t < end`.

    `all_day`: `end` is midnight after the last day. `end_given=False`: the editor gave no end; only the start is shown.
    """

    start: datetime
    end: datetime
    all_day: bool = False
    end_given: bool = True

    @classmethod
    def announced(cls, start: datetime, end: datetime | None, *, all_day: bool) -> "Span":
        """Build a span from an editor's input.

        For whole days, `end` falls within the last day. For hours, an `end` that is None or not after `start` counts
        as not given.
        """
        if all_day:
            last = local(max(start, end or start)).date()
            midnight_after = datetime.combine(last + timedelta(days=1), time.min, tzinfo=PARIS)
            return cls(start, midnight_after, all_day=True)
        if end is None or end <= start:
            return cls(start, start, end_given=False)
        return cls(start, end)

    @property
    def first_day(self) -> date:
        return local(self.start).date()

    @property
    def last_day(self) -> date:
        if not (self.all_day or self.end_given):
            return self.first_day
        end = local(self.end)
        # Half-open: an end at midnight belongs to the day before.
        day = end.date() - timedelta(days=1) if end.time() == time.min else end.date()
        return max(day, self.first_day)

    @property
    def has_end(self) -> bool:
        return self.end_given and self.end > self.start


def local(moment: datetime) -> datetime:
    """Convert to Europe/Paris. A naive datetime is taken as Paris time."""
    return moment.astimezone(PARIS) if moment.tzinfo else moment.replace(tzinfo=PARIS)


def iso(moment: date) -> str:
    """Format for `<time datetime>`: `2022-04-28T14:00:00+02:00` for a datetime, `2022-04-28` for a date."""
    if isinstance(moment, datetime):
        return local(moment).isoformat(timespec="seconds")
    return moment.isoformat()


def long_date(moment: date, *, weekday: bool = True) -> str:
    """Format as `jeudi 28 avril 2022`. For a datetime, use its day in Paris."""
    day = _day(moment)
    written = f"{_number(day)} {MONTHS[day.month - 1]} {day.year}"
    return f"{DAYS[day.weekday()]} {written}" if weekday else written


def hour(moment: datetime) -> str:
    """Format as `9h30` or `14h`."""
    clock = local(moment)
    return f"{clock.hour}h{clock.minute:02}" if clock.minute else f"{clock.hour}h"


def date_range(
    start: datetime, end: datetime, *, all_day: bool = False, end_given: bool = True
) -> str:
    """Format as `Le jeudi 28 avril 2022, de 14h à 17h` or `Du 25 au 28 mars 2024`. Arguments as in `Span`."""
    return as_text(long_pieces(Span(start, end, all_day, end_given)))


def date_range_compact(
    start: datetime, end: datetime, *, all_day: bool = False, end_given: bool = True
) -> str:
    """Format as `Le 09.04.2024` or `Du 27 au 30.11.2023`. Arguments as in `Span`."""
    return as_text(compact_pieces(Span(start, end, all_day, end_given)))


def hour_range(start: datetime, end: datetime | None = None) -> str:
    """Format as `9h30–12h30`, or `9h30` without an end."""
    return as_text(hour_pieces(start, end))


def as_text(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def as_html(pieces: list[Piece]) -> str:
    """Return the pieces as escaped HTML, each date in a `<time datetime>`."""
    return "".join(
        escape(text) if moment is None else f'<time datetime="{iso(moment)}">{escape(text)}</time>'
        for text, moment in pieces
    )


def long_pieces(span: Span) -> list[Piece]:
    if span.first_day == span.last_day:
        return _one_day(span)
    if span.all_day:
        return _days(span.first_day, span.last_day)
    first, last = span.first_day, span.last_day
    start_day = _without_repeated_year(first, last)
    return [
        Piece("Du "),
        Piece(f"{start_day} à {hour(span.start)}", span.start),
        Piece(" au "),
        _end_of_days(span),
    ]


def _end_of_days(span: Span) -> Piece:
    """Return the last day of several, with its hour unless the span goes on to the end of that day."""
    day = long_date(span.last_day, weekday=False)
    if local(span.end).time() == time.min:
        return Piece(day, span.last_day)
    return Piece(f"{day} à {hour(span.end)}", span.end)


def compact_pieces(span: Span) -> list[Piece]:
    first, last = span.first_day, span.last_day
    moment = first if span.all_day else span.start
    if first == last:
        return [Piece("Le "), Piece(f"{last:%d.%m.%Y}", moment)]
    shape = "%d.%m.%Y" if first.year != last.year else "%d.%m"
    if (first.year, first.month) == (last.year, last.month):
        shape = "%d"
    end = last if span.all_day else span.end
    return [
        Piece("Du "),
        Piece(format(first, shape), moment),
        Piece(" au "),
        Piece(f"{last:%d.%m.%Y}", end),
    ]


def hour_pieces(start: datetime, end: datetime | None = None) -> list[Piece]:
    first = Piece(hour(start), start)
    if end is None or end <= start:
        return [first]
    return [first, Piece("–"), Piece(hour(end), end)]


def _one_day(span: Span) -> list[Piece]:
    day = long_date(span.first_day)
    if span.all_day:
        return [Piece("Le "), Piece(day, span.first_day)]
    if not span.has_end:
        return [Piece("Le "), Piece(f"{day}, à {hour(span.start)}", span.start)]
    return [
        Piece("Le "),
        Piece(f"{day}, de {hour(span.start)}", span.start),
        Piece(" à "),
        Piece(_end_hour(span), span.end),
    ]


def _days(first: date, last: date) -> list[Piece]:
    start = _without_repeated_year(first, last)
    if (first.year, first.month) == (last.year, last.month):
        start = _number(first)
    return [
        Piece("Du "),
        Piece(start, first),
        Piece(" au "),
        Piece(long_date(last, weekday=False), last),
    ]


def _without_repeated_year(first: date, last: date) -> str:
    written = long_date(first, weekday=False)
    return written.removesuffix(f" {first.year}") if first.year == last.year else written


def _end_hour(span: Span) -> str:
    """Return the end time, *minuit* for midnight: 0h would mean the start of the day."""
    return "minuit" if local(span.end).time() == time.min else hour(span.end)


def _day(moment: date) -> date:
    return local(moment).date() if isinstance(moment, datetime) else moment


def _number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)
