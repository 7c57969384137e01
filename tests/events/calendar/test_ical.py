from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from icalendar import Calendar

from events.calendar.ical import CalendarEntry, Organizer, calendar_of

ORGANIZER = Organizer("Réseau, régional", "contact@example.org")


def entry(**fields: Any) -> CalendarEntry:
    defaults: dict[str, Any] = {
        "uid": UUID(int=1),
        "sequence": 0,
        "title": "Rencontre",
        "starts_at": datetime(2026, 3, 30, 7, 30, tzinfo=UTC),
        "ends_at": datetime(2026, 3, 30, 10, 30, tzinfo=UTC),
        "all_day": False,
        "modified_at": datetime(2026, 1, 1, tzinfo=UTC),
        "url": "https://example.org/agenda/rencontre/",
    }
    return CalendarEntry(**defaults | fields)


def lines_of(*entries: CalendarEntry, name: str = "") -> list[str]:
    text = calendar_of(entries, ORGANIZER, name=name).decode()
    return text.replace("\r\n ", "").split("\r\n")


def test_an_event_is_written_in_paris_time_with_its_time_zone():
    """registration 32."""
    lines = lines_of(entry())

    assert lines[lines.index("BEGIN:VEVENT") : -2] == [
        "BEGIN:VEVENT",
        "SUMMARY:Rencontre",
        "DTSTART;TZID=Europe/Paris:20260330T093000",
        "DTEND;TZID=Europe/Paris:20260330T123000",
        "DTSTAMP:20260101T000000Z",
        "UID:00000000-0000-0000-0000-000000000001",
        "SEQUENCE:0",
        "LAST-MODIFIED:20260101T000000Z",
        'ORGANIZER;CN="Réseau, régional":mailto:contact@example.org',
        "STATUS:CONFIRMED",
        "URL:https://example.org/agenda/rencontre/",
        "END:VEVENT",
    ]
    assert lines[:7] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Territoires participatifs//Agenda//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
    ]


def test_half_past_nine_stays_half_past_nine_across_a_clock_change():
    winter = entry(starts_at=datetime(2026, 3, 28, 8, 30, tzinfo=UTC))
    summer = entry(starts_at=datetime(2026, 3, 30, 7, 30, tzinfo=UTC))

    starts = [line for line in lines_of(winter, summer) if line.startswith("DTSTART;")]

    assert starts == [
        "DTSTART;TZID=Europe/Paris:20260328T093000",
        "DTSTART;TZID=Europe/Paris:20260330T093000",
    ]


def test_a_parser_reads_back_the_same_moments():
    read = Calendar.from_ical(calendar_of([entry()], ORGANIZER)).walk("VEVENT")[0]

    assert read.start.astimezone(UTC) == datetime(2026, 3, 30, 7, 30, tzinfo=UTC)
    assert read.end.astimezone(UTC) == datetime(2026, 3, 30, 10, 30, tzinfo=UTC)


def test_an_all_day_event_ends_on_the_day_after_the_last():
    """registration 38."""
    journey = entry(
        starts_at=datetime(2026, 6, 9, 22, tzinfo=UTC),
        ends_at=datetime(2026, 6, 11, 22, tzinfo=UTC),
        all_day=True,
    )

    lines = lines_of(journey)

    assert "DTSTART;VALUE=DATE:20260610" in lines
    assert "DTEND;VALUE=DATE:20260612" in lines


def test_unknown_properties_are_not_written():
    """registration 32."""
    lines = lines_of(entry(ends_at=None))

    assert [line for line in lines if line.startswith(("DTEND", "LOCATION", "DESCRIPTION"))] == []


def test_commas_semicolons_and_line_ends_are_escaped_and_long_lines_folded():
    """registration 32."""
    bytes_ = calendar_of([entry(title="Élus; actrices, acteurs " * 9, location="a\nb")], ORGANIZER)

    assert max(len(line) for line in bytes_.split(b"\r\n")) <= 75
    lines = bytes_.decode().replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:" + ("Élus\\; actrices\\, acteurs " * 9) in lines
    assert "LOCATION:a\\nb" in lines


def test_a_feed_has_a_name_and_a_refresh_interval():
    lines = lines_of(name="Agenda")

    assert sorted(lines[5:10]) == [
        "NAME:Agenda",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "X-WR-CALNAME:Agenda",
        "X-WR-TIMEZONE:Europe/Paris",
    ]
