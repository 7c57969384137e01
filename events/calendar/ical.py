"""iCalendar (RFC 5545) serialisation, without database access: entries in, bytes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

#: How long a subscribed calendar may keep its copy before fetching it again.
REFRESH = timedelta(hours=6)

# The European Union's rule as two open-ended recurrences, instead of a table of transition dates.
PARIS = Timezone.from_ical(
    b"BEGIN:VTIMEZONE\r\n"
    b"TZID:Europe/Paris\r\n"
    b"BEGIN:DAYLIGHT\r\n"
    b"DTSTART:19960331T020000\r\n"
    b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
    b"TZNAME:CEST\r\n"
    b"TZOFFSETFROM:+0100\r\n"
    b"TZOFFSETTO:+0200\r\n"
    b"END:DAYLIGHT\r\n"
    b"BEGIN:STANDARD\r\n"
    b"DTSTART:19961027T030000\r\n"
    b"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
    b"TZNAME:CET\r\n"
    b"TZOFFSETFROM:+0200\r\n"
    b"TZOFFSETTO:+0100\r\n"
    b"END:STANDARD\r\n"
    b"END:VTIMEZONE\r\n"
)


@dataclass(frozen=True)
class Organizer:
    name: str
    email: str


@dataclass(frozen=True)
class CalendarEntry:
    """One event in a calendar. `ends_at` is None when the end is unknown.

    If `all_day`, `ends_at` is the midnight after the last day, since DTEND is exclusive in RFC 5545.
    """

    uid: UUID
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime | None
    all_day: bool
    modified_at: datetime
    url: str
    location: str = ""
    description: str = ""
    status: str = "CONFIRMED"


def calendar_of(
    entries: Iterable[CalendarEntry],
    organizer: Organizer,
    *,
    name: str = "",
    method: str = "PUBLISH",
) -> bytes:
    """Return a VCALENDAR in bytes, without attendees. Give a `name` for a feed to subscribe to.

    `method` is PUBLISH, or CANCEL in an e-mail that removes an event from someone's calendar (RFC 5546).
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Territoires participatifs//Agenda//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("x-wr-timezone", "Europe/Paris")
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT6H")
    calendar.add_component(PARIS)
    for entry in entries:
        calendar.add_component(component(entry, organizer))
    return calendar.to_ical()


def component(entry: CalendarEntry, organizer: Organizer) -> Event:
    event = Event()
    event.add("uid", str(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.modified_at)
    event.add("last-modified", entry.modified_at)
    add_dates(event, entry)
    event.add("summary", entry.title)
    event.add("status", entry.status)
    event.add("url", entry.url)
    for field, text in {"location": entry.location, "description": entry.description}.items():
        if text:
            event.add(field, text)
    address = vCalAddress(f"mailto:{organizer.email}")
    address.params["CN"] = vText(organizer.name)
    event.add("organizer", address)
    return event


def add_dates(event: Event, entry: CalendarEntry) -> None:
    paris = timezone.get_default_timezone()
    starts_at = entry.starts_at.astimezone(paris)
    ends_at = entry.ends_at and entry.ends_at.astimezone(paris)
    event.add("dtstart", starts_at.date() if entry.all_day else starts_at)
    if ends_at:
        event.add("dtend", ends_at.date() if entry.all_day else ends_at)
