"""French formatting of dates and times, in Paris time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.french import date_range, date_range_compact, hour, hour_range, iso, long_date
from home.french.dates import Span, as_html, compact_pieces, long_pieces


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (date(2022, 4, 28), "jeudi 28 avril 2022"),
        (date(2024, 10, 1), "mardi 1er octobre 2024"),
        (datetime(2024, 12, 31, 23, 30, tzinfo=UTC), "mercredi 1er janvier 2025"),
    ],
)
def test_long_date_uses_the_day_in_paris(moment, written):
    assert long_date(moment) == written


def test_long_date_can_omit_the_weekday():
    assert long_date(date(2024, 10, 1), weekday=False) == "1er octobre 2024"


def test_hour_uses_paris_time():
    assert [hour(datetime(2024, month, 9, 7, 30, tzinfo=UTC)) for month in (1, 7)] == [
        "8h30",
        "9h30",
    ]
    assert hour(paris(2024, 1, 9, 14)) == "14h"
    assert (
        hour(datetime.fromisoformat("2024-01-09T09:05")) == "9h05"
    )  # a naive datetime is Paris time


def test_hour_range_needs_no_end():
    assert hour_range(paris(2024, 4, 9, 9, 30), paris(2024, 4, 9, 12, 30)) == "9h30–12h30"
    assert hour_range(paris(2024, 4, 9, 9, 30)) == "9h30"


def test_iso_has_the_offset_of_its_date():
    assert iso(datetime(2022, 4, 28, 12, tzinfo=UTC)) == "2022-04-28T14:00:00+02:00"
    assert iso(paris(2022, 12, 28, 14)) == "2022-12-28T14:00:00+01:00"
    assert iso(date(2024, 3, 25)) == "2024-03-25"


@pytest.mark.parametrize(
    ("start", "end", "long", "compact"),
    [
        (
            paris(2022, 4, 28, 14),
            paris(2022, 4, 28, 17),
            "Le jeudi 28 avril 2022, de 14h à 17h",
            "Le 28.04.2022",
        ),
        (
            paris(2022, 4, 28, 20),
            paris(2022, 4, 29),
            "Le jeudi 28 avril 2022, de 20h à minuit",
            "Le 28.04.2022",
        ),
        (
            paris(2024, 10, 1, 14),
            paris(2024, 10, 2, 12, 15),
            "Du 1er octobre à 14h au 2 octobre 2024 à 12h15",
            "Du 01 au 02.10.2024",
        ),
        (
            paris(2024, 12, 30, 18),
            paris(2025, 1, 2, 12),
            "Du 30 décembre 2024 à 18h au 2 janvier 2025 à 12h",
            "Du 30.12.2024 au 02.01.2025",
        ),
    ],
)
def test_date_range_shows_days_and_hours(start, end, long, compact):
    assert (date_range(start, end), date_range_compact(start, end)) == (long, compact)


@pytest.mark.parametrize(
    ("start", "end", "long", "compact"),
    [
        ((2024, 4, 9), (2024, 4, 10), "Le mardi 9 avril 2024", "Le 09.04.2024"),
        ((2024, 3, 25), (2024, 3, 29), "Du 25 au 28 mars 2024", "Du 25 au 28.03.2024"),
        ((2024, 3, 30), (2024, 4, 1), "Du 30 au 31 mars 2024", "Du 30 au 31.03.2024"),
        ((2023, 11, 27), (2023, 12, 1), "Du 27 au 30 novembre 2023", "Du 27 au 30.11.2023"),
        ((2024, 10, 1), (2024, 10, 4), "Du 1er au 3 octobre 2024", "Du 01 au 03.10.2024"),
        (
            (2024, 9, 30),
            (2024, 10, 3),
            "Du 30 septembre au 2 octobre 2024",
            "Du 30.09 au 02.10.2024",
        ),
        (
            (2024, 12, 30),
            (2025, 1, 3),
            "Du 30 décembre 2024 au 2 janvier 2025",
            "Du 30.12.2024 au 02.01.2025",
        ),
    ],
)
def test_date_range_of_whole_days_ends_at_midnight_after(start, end, long, compact):
    start, end = paris(*start), paris(*end)

    assert date_range(start, end, all_day=True) == long
    assert date_range_compact(start, end, all_day=True) == compact


def test_date_range_without_end_shows_the_start_only():
    span = (paris(2022, 4, 28, 14), paris(2022, 4, 29))

    assert date_range(*span, end_given=False) == "Le jeudi 28 avril 2022, à 14h"
    assert date_range_compact(*span, end_given=False) == "Le 28.04.2022"


def test_as_html_dates_each_piece():
    timed = Span(paris(2022, 4, 28, 14), paris(2022, 4, 28, 17))
    days = Span(paris(2024, 3, 25), paris(2024, 3, 29), all_day=True)

    assert as_html(long_pieces(timed)) == (
        'Le <time datetime="2022-04-28T14:00:00+02:00">jeudi 28 avril 2022, de 14h</time>'
        ' à <time datetime="2022-04-28T17:00:00+02:00">17h</time>'
    )
    assert as_html(compact_pieces(days)) == (
        'Du <time datetime="2024-03-25">25</time> au <time datetime="2024-03-28">28.03.2024</time>'
    )


def test_span_announced_reads_what_an_editor_typed():
    start, last = paris(2024, 3, 25, 9), paris(2024, 3, 28)

    assert [
        Span.announced(start, last, all_day=True),
        Span.announced(start, None, all_day=True),
        Span.announced(start, last, all_day=False),
        Span.announced(start, None, all_day=False),
        Span.announced(start, paris(2024, 3, 25, 8), all_day=False),
    ] == [
        Span(start, paris(2024, 3, 29), all_day=True),
        Span(start, paris(2024, 3, 26), all_day=True),
        Span(start, last),
        Span(start, start, end_given=False),
        Span(start, start, end_given=False),
    ]


MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("1990-01-01"),  # hypothesis adds the time zone
    max_value=datetime.fromisoformat("2100-01-01"),
    timezones=st.timezones(),
)


@given(MOMENTS, MOMENTS, st.booleans(), st.booleans())
def test_every_span_can_be_formatted(start, end, all_day, end_given):
    long = date_range(start, end, all_day=all_day, end_given=end_given)
    compact = date_range_compact(start, end, all_day=all_day, end_given=end_given)

    assert long[:3] == compact[:3]
