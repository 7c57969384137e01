"""Change the address of a registration: corrected in the browser that mistyped it, or by an e-mailed link.

Nobody learns who is registered: the page and the first mailbox get the same, whether either address was
registered or not.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction

from events.models import EventPage, Registration, RegistrationLogEntry
from events.registration import emails
from events.registration.answers import Answers
from events.registration.modification import rights_of
from events.registration.refusals import AddressTaken, Refusal
from events.registration.signup import (
    Application,
    lock,
    lock_event_of,
    refuse_by_date,
    register,
    registered_as,
)
from events.registration.waiting_list import fill_free_places
from home.access import Visitor
from home.mail import outbox
from home.mail.addresses import normal_address
from home.secret_links import read_signed

#: How long after sending a form the browser may correct its address.
CORRECTABLE = timedelta(minutes=30)
ADDRESS_SALT = "events.registration.address"
ADDRESS_LINK_LIVES = timedelta(days=7)


@dataclass(frozen=True)
class Sent:
    """A form just sent by a browser: the registration it made, or the application if it made none."""

    registration: UUID | None = None
    application: Application | None = None


class Gone(Refusal):
    sentence = "Cette inscription n’existe plus : inscrivez-vous de nouveau."


@transaction.atomic
def correct_address(
    *, event: EventPage, sent: Sent, email: str, by: Visitor, now: datetime
) -> Registration | None:
    """Write to the right address and invalidate the wrong one's link; return the browser's registration.

    A registration keeps its seats and its rank. If the same person is already registered at the right
    address, they get an e-mail with what is registered, and the registration just made is withdrawn.
    """
    event = lock(event)
    refuse_by_date(event, now)
    made = event.registrations.filter(uuid=sent.registration).first()
    known = registered_as(Answers(name_in(sent, made), email), event)
    if known:
        emails.already_registered(known, now)
        if made and made.is_active and made != known:
            withdraw(made, event, by=by, now=now)
        return made
    if made and made.is_active:
        return move_to_address(made, email, by=by, now=now)
    application = application_of(made) if made else sent.application
    return ask_again(event, application, email, by=by, now=now) or made


def name_in(sent: Sent, made: Registration | None) -> str:
    """Return the name under which the form was sent."""
    if made:
        return made.name
    return sent.application.answers.name if sent.application else ""


def move_to_address(
    registration: Registration, email: str, *, by: Visitor, now: datetime
) -> Registration:
    outbox.withhold(about=registration.uuid, to=registration.email)
    registration.email = normal_address(email)
    registration.renew_link()
    registration.told_later = False
    registration.save()
    entry = registration.note(RegistrationLogEntry.Action.READDRESSED, by=by, now=now)
    emails.registration_confirmed(registration, entry)
    return registration


def withdraw(registration: Registration, event: EventPage, *, by: Visitor, now: datetime) -> None:
    """Cancel without an e-mail, which would tell the first mailbox that the second address is registered."""
    outbox.withhold(about=registration.uuid, to=registration.email)
    registration.state = Registration.State.CANCELLED
    registration.cancelled_at = now
    registration.renew_link()
    registration.save()
    registration.note(RegistrationLogEntry.Action.CANCELLED, by=by, now=now)
    fill_free_places(event, now=now)


def application_of(registration: Registration) -> Application:
    """Return what was registered before the cancellation. Raise `Gone` if it was erased."""
    if registration.erased_at:
        raise Gone
    seats = registration.seats.select_related("session")
    return Application(
        Answers.of(registration),
        sessions=[seat.session.uuid for seat in seats if not seat.session.hidden],
    )


def ask_again(
    event: EventPage, application: Application | None, email: str, *, by: Visitor, now: datetime
) -> Registration | None:
    """Register under the right address if the wrong one made no registration, unless it is no longer known what was asked."""
    if application is None:
        return None
    answers = replace(application.answers, email=email)
    try:
        asked = Application(answers, application.sessions)
        return register(event=event, application=asked, by=by, now=now).registration
    except Refusal as refusal:
        emails.registration_refused(event, name=answers.name, email=email, reason=str(refusal))
        return None


def ask_for_address(*, registration: Registration, email: str, now: datetime) -> None:
    """E-mail the new address a link that confirms the change.

    If the same person is already registered there, they get an e-mail with what is registered; the page is
    the same.
    """
    with transaction.atomic():
        event = lock_event_of(registration)
        known = registered_as(Answers(registration.name, email), event)
        if known:
            emails.already_registered(known, now)
            return
        values = {"registration": registration.uuid.hex, "email": email}
        # The hash changes with the address, which invalidates links requested earlier.
        values["link"] = registration.token_hash
        token = signing.dumps(values, salt=ADDRESS_SALT)
        emails.address_to_confirm(registration, email, token, now)


def address_asked(token: str) -> tuple[Registration, str] | None:
    """Return a mailed link's registration and new address, or None if it is invalid, expired or used."""
    values = read_signed(token, salt=ADDRESS_SALT, max_age=ADDRESS_LINK_LIVES)
    if values is None:
        return None
    found = Registration.objects.with_seats().filter(
        uuid=values["registration"], token_hash=values["link"], erased_at=None
    )
    registration = found.first()
    return (registration, values["email"]) if registration else None


@transaction.atomic
def readdress(
    *, registration: Registration, email: str, by: Visitor | None, now: datetime
) -> Registration:
    """Move the registration to another address and renew its link, so that the old mailbox's stops working."""
    event = lock_event_of(registration)
    registration = Registration.objects.get(pk=registration.pk)
    refusal = rights_of(registration, event, now).leave
    if refusal:
        raise refusal
    known = registered_as(Answers(registration.name, email), event)
    if known and known != registration:
        raise AddressTaken
    registration.email = normal_address(email)
    registration.renew_link()
    registration.save()
    entry = registration.note(RegistrationLogEntry.Action.READDRESSED, by=by, now=now)
    emails.registration_changed(registration, entry)
    return registration
