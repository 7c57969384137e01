"""The messages about registrations: one function each, one template set each."""

from datetime import datetime
from typing import Any

from events.calendar import calendar_of
from events.entries import event_url, organizer, registration_entry
from events.models import Registration
from events.wording import when, when_within
from home import mailing

#: How long a reminder of the same kind is not repeated to the same person.
QUIET_MINUTES = 15


def registration_confirmed(registration: Registration) -> None:
    send(
        registration,
        kind="inscription confirmée",
        template="registration_confirmed",
        dedup_key=f"registration-confirmed:{registration.uuid}",
    )


def already_registered(registration: Registration, now: datetime) -> None:
    """To someone who sends the form again: what is registered. Once per quarter of an hour."""
    quarter = int(now.timestamp()) // (QUIET_MINUTES * 60)
    send(
        registration,
        kind="déjà inscrit·e",
        template="already_registered",
        dedup_key=f"already-registered:{registration.uuid}:{quarter}",
    )


def registration_cancelled(registration: Registration) -> None:
    send(
        registration,
        kind="inscription annulée",
        template="registration_cancelled",
        dedup_key=f"registration-cancelled:{registration.uuid}",
    )


def send(registration: Registration, *, kind: str, template: str, dedup_key: str) -> None:
    sender = organizer()
    mailing.send(
        kind=kind,
        to=registration.email,
        template=f"events/emails/{template}",
        context=context_of(registration, contact=sender.email),
        dedup_key=dedup_key,
        attachments=[invitation(registration)] if registration.event.starts_at else [],
        reply_to=sender.email,
    )


def context_of(registration: Registration, *, contact: str) -> dict[str, Any]:
    event = registration.event
    seats = list(registration.seats.select_related("session"))
    return {
        "registration": registration,
        "event": event,
        "event_url": event_url(event),
        "when": when(event),
        "when_within": when_within(event),
        "sessions": [seat.session for seat in seats if not seat.session.hidden],
        "contact": contact,
    }


def invitation(registration: Registration) -> mailing.Attachment:
    """The calendar's file: a published copy, with nobody's address but the organizer's."""
    return mailing.Attachment(
        "evenement.ics",
        calendar_of([registration_entry(registration)], organizer()),
        "text/calendar; method=PUBLISH; charset=utf-8",
    )
