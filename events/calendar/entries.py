"""Events and registrations as entries of a calendar."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings

from events.calendar.ical import CalendarEntry, Organizer
from events.models import EventPage, Registration, Session
from home.mail.outbox import absolute_url
from home.models import SiteSettings


def organizer(network: SiteSettings | None = None) -> Organizer:
    """The network, at the address that people may write to."""
    network = network or SiteSettings.of_network()
    return Organizer(network.name, network.contact_email or settings.DEFAULT_FROM_EMAIL)


def event_url(event: EventPage) -> str:
    """The event's address as it is written outside the site: in mails, calendars and structured data."""
    parts = event.get_url_parts()
    return absolute_url(parts[2] if parts else "/")


def event_entry(event: EventPage) -> CalendarEntry:
    """The event as everyone may see it. It must have a date."""
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
    """The end that a calendar may show: not the midnight that stands for one that nobody knows."""
    announced = event.announced_end and event.announced_end == event.ends_at
    return event.ends_at if event.all_day or announced else None


def registration_entry(registration: Registration) -> CalendarEntry:
    """The event as this person attends it: the hours of their places, under an identifier of their own.

    For who has no place, not any more or not yet, it is cancelled.
    """
    entry = with_room(event_entry(registration.event), registration.online_address)
    published_at = registration.event.last_published_at
    sessions = [seat.session for seat in registration.seats.all() if seat.is_confirmed]
    is_gone = not registration.is_active or registration.only_waits
    if not entry.all_day:
        entry = hours_of(entry, sessions)
    return replace(
        entry,
        uid=registration.calendar_uid,
        # Each of the two only grows: their sum does, whichever of the event and the registration changed.
        sequence=registration.event.calendar_sequence + registration.calendar_sequence,
        modified_at=max(registration.changed_at, published_at or registration.changed_at),
        status="CANCELLED" if is_gone else entry.status,
    )


def with_room(entry: CalendarEntry, address: str) -> CalendarEntry:
    """With the address of the video conference, when there is one, where calendars make a link of it."""
    if not address:
        return entry
    return replace(entry, description=f"Visioconférence : {address}\n{entry.description}")


def hours_of(entry: CalendarEntry, sessions: list[Session]) -> CalendarEntry:
    """From the first of these sessions to the last; unchanged when one has no hours of its own."""
    starts = [session.starts_at for session in sessions if session.starts_at]
    if not sessions or len(starts) < len(sessions):
        return entry
    ends = [session.ends_at for session in sessions if session.ends_at]
    complete = len(ends) == len(sessions)
    return replace(entry, starts_at=min(starts), ends_at=max(ends) if complete else None)
