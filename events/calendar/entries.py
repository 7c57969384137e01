"""Calendar entries built from events and registrations."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings

from events.calendar.ical import CalendarEntry, Organizer
from events.models import EventPage, Registration, Session
from home.mail.outbox import absolute_url
from home.models import SiteSettings


def organizer(network: SiteSettings | None = None) -> Organizer:
    """Return the network as organizer, with its contact address."""
    network = network or SiteSettings.of_network()
    return Organizer(network.name, network.contact_email or settings.DEFAULT_FROM_EMAIL)


def event_url(event: EventPage) -> str:
    """Return the event's absolute URL, for e-mails, calendars and structured data."""
    parts = event.get_url_parts()
    return absolute_url(parts[2] if parts else "/")


def event_entry(event: EventPage) -> CalendarEntry:
    """Return the public calendar entry of an event.

    Raise `ValueError` if the event has no date.
    """
    prefix = {
        EventPage.Status.CANCELLED: "Annulé : ",
        EventPage.Status.POSTPONED: "Reporté : ",
    }
    status = {
        EventPage.Status.CANCELLED: "CANCELLED",
        EventPage.Status.POSTPONED: "TENTATIVE",
    }
    if event.starts_at is None:
        raise ValueError("An event without a date has no place in a calendar.")
    url = event_url(event)
    return CalendarEntry(
        uid=event.calendar_uid,
        sequence=event.calendar_sequence,
        title=prefix.get(EventPage.Status(event.status), "") + event.title,
        starts_at=event.starts_at,
        ends_at=known_end(event),
        all_day=event.all_day,
        modified_at=event.last_published_at or event.starts_at,
        url=url,
        location=event.location,
        description="\n".join(part for part in (event.description, url) if part),
        status=status.get(EventPage.Status(event.status), "CONFIRMED"),
    )


def known_end(event: EventPage) -> datetime | None:
    """Return the end to show in a calendar, or None when it is unknown.

    Without an announced end, `ends_at` is only a midnight that stands in for it.
    """
    announced = event.announced_end and event.announced_end == event.ends_at
    return event.ends_at if event.all_day or announced else None


def registration_entry(registration: Registration) -> CalendarEntry:
    """Return the calendar entry of one registration: the hours of its seats, the room, and its own UID.

    It is cancelled for anyone without a confirmed seat.
    """
    sessions = [seat.session for seat in registration.seats.all() if seat.is_confirmed]
    entry = entry_of_person(registration, sessions)
    is_gone = not registration.is_active or registration.only_waits
    return replace(
        with_room(entry, registration.online_address),
        status="CANCELLED" if is_gone else entry.status,
    )


def entry_of_person(registration: Registration, sessions: list[Session]) -> CalendarEntry:
    """Return the event with the hours of these sessions and the registration's UID, so that it updates and is updated."""
    entry = event_entry(registration.event)
    published_at = registration.event.last_published_at
    return replace(
        entry if entry.all_day else hours_of(entry, sessions),
        uid=registration.calendar_uid,
        # SEQUENCE must grow with each change (RFC 5545, 3.8.7.4). Both parts only grow, so their sum does.
        sequence=registration.event.calendar_sequence + registration.calendar_sequence,
        modified_at=max(registration.changed_at, published_at or registration.changed_at),
    )


def with_room(entry: CalendarEntry, address: str) -> CalendarEntry:
    """Add the video conference's address, if any, to the description, where calendars turn it into a link."""
    if not address:
        return entry
    return replace(entry, description=f"Visioconférence : {address}\n{entry.description}")


def hours_of(entry: CalendarEntry, sessions: list[Session]) -> CalendarEntry:
    """Narrow the entry to the hours from the first session to the last.

    The entry is returned unchanged without sessions, or when one has no hours of its own.
    """
    starts = [session.starts_at for session in sessions if session.starts_at]
    if not sessions or len(starts) < len(sessions):
        return entry
    ends = [session.ends_at for session in sessions if session.ends_at]
    complete = len(ends) == len(sessions)
    return replace(entry, starts_at=min(starts), ends_at=max(ends) if complete else None)
