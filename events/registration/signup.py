"""Registering: the verb that takes places, and the reasons for which it refuses.

Nothing here knows of a request. A refusal is an exception whose text is the French sentence that people read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from events.agenda.availability import (
    ACCEPTING,
    Availability,
    Places,
    availability,
    availability_by_date,
    places_of,
)
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.models.querysets import RegistrationQuerySet
from events.models.registration import normalise_email
from events.registration import emails
from events.registration.answer_files import attach, stored
from events.registration.answers import Answers
from events.registration.refusals import (
    REFUSALS,
    ProgrammeChanged,
    RegistrationClosed,
    SessionsFull,
)
from events.registration.waiting_list import fill_free_places
from home.access import Visitor, is_member
from home.models.querysets import one_or_none


@dataclass(frozen=True)
class Application:
    """What someone sent, to register or to change what is registered.

    `sessions` are UUIDs, empty when the event leaves no choice, and when they stay as they are.
    """

    answers: Answers
    sessions: Sequence[UUID] = ()
    form_key: UUID | None = None


@dataclass(frozen=True)
class Receipt:
    """What the page may say: of a known address, what a new one would have got.

    `registration` is the one that this form made; None when the address was registered before.
    """

    registration: Registration | None
    confirmed: list[Session]
    waiting: list[Session]


def register(*, event: EventPage, application: Application, by: Visitor, now: datetime) -> Receipt:
    """Take a place in each chosen session, or one on the waiting list of those that are full, or raise a Refusal.

    An address that is already registered gets what a new one gets, and a mail that says what is registered:
    the answer never tells who registered before. `by` is the visitor, anonymous or not.
    """
    with stored(application.answers.documents) as paths, transaction.atomic():
        event = lock(event)
        known = one_or_none(registered_under(application.answers.email, event))
        if known and application.form_key and known.form_key == application.form_key:
            return receipt_of(known)  # the second click of a double click
        places = places_to_take(event, application, by=by, now=now)
        if known:
            emails.already_registered(known, now)
            return receipt(None, places)
        registration = enter(event, application, places, by=by, now=now)
        if paths:
            attach(registration, paths)
        return receipt(registration, places)


def registered_under(email: str, event: EventPage) -> RegistrationQuerySet:
    """The registration of this address that stands: one, or none."""
    return event.registrations.active().filter(email=normalise_email(email)).exclude(email="")


def receipt(registration: Registration | None, places: Sequence[Places]) -> Receipt:
    return Receipt(
        registration,
        confirmed=[place.session for place in places if not place.is_full],
        waiting=[place.session for place in places if place.is_full],
    )


def receipt_of(registration: Registration) -> Receipt:
    seats = list(registration.seats.select_related("session"))
    return Receipt(
        registration,
        confirmed=[seat.session for seat in seats if not seat.is_waiting],
        waiting=[seat.session for seat in seats if seat.is_waiting],
    )


def lock(event: EventPage) -> EventPage:
    """The event as it is now, its row held until the end of the transaction.

    The event's row and not its registrations: two people take the last place together.
    """
    held = EventPage.objects.select_for_update(of=("self",))
    try:
        return held.get(pk=event.pk, live=True)
    except EventPage.DoesNotExist as error:
        raise RegistrationClosed from error


def places_to_take(
    event: EventPage, application: Application, *, by: Visitor, now: datetime
) -> list[Places]:
    """The chosen places, held or to wait for."""
    refuse_by_date(event, now)
    places = places_of(event, Session.objects.of([event]))
    answer = availability(event, places, member=is_member(by), now=now)
    if answer not in ACCEPTING:
        raise REFUSALS[answer]
    chosen = choose(places, application.sessions)
    if not all(place.session.is_open(now) for place in chosen):
        raise RegistrationClosed
    full = [place.session for place in chosen if place.is_full]
    if full and not event.waiting_list:
        raise SessionsFull(full)
    for place in chosen:
        keep(event, place.session)
    return chosen


def refuse_by_date(event: EventPage, now: datetime) -> None:
    answer = availability_by_date(event, now)
    if answer is not Availability.OPEN:
        raise REFUSALS[answer]


def keep(event: EventPage, session: Session) -> None:
    """Write the session that nobody sees, if nobody ever joined this event."""
    if session.pk is None:
        session.event = event
        session.save()


def choose(places: list[Places], uuids: Sequence[UUID]) -> list[Places]:
    """The chosen ones among these. Without a choice to make, the only one."""
    if len(places) == 1 and not uuids:
        return places
    if not uuids or not set(uuids) <= {place.session.uuid for place in places}:
        raise ProgrammeChanged
    return [place for place in places if place.session.uuid in set(uuids)]


def enter(
    event: EventPage,
    application: Application,
    places: Sequence[Places],
    *,
    by: Visitor,
    now: datetime,
) -> Registration:
    registration = Registration(
        event=event,
        user=by if by.is_authenticated else None,
        form_key=application.form_key,
        registered_at=now,
    )
    application.answers.write_on(registration)
    registration.save()
    seats = Seat.objects.bulk_create([seat_in(place, registration, now) for place in places])
    registration.keep_seats(seats)
    sessions = [place.session for place in places]
    registration.note(RegistrationLogEntry.Action.REGISTERED, by=by, now=now, sessions=sessions)
    emails.registration_confirmed(registration)
    return registration


def seat_in(place: Places, registration: Registration, now: datetime) -> Seat:
    state = Seat.State.WAITING if place.is_full else Seat.State.CONFIRMED
    return Seat(registration=registration, session=place.session, state=state, since=now)


def cancel(*, registration: Registration, by: Visitor | None, now: datetime) -> bool:
    """Give the places back, to those who wait for them. False, and nothing done, when it is cancelled already."""
    with transaction.atomic():
        event = lock_event_of(registration)
        registration = Registration.objects.get(pk=registration.pk)
        if not registration.is_active:
            return False
        registration.state = Registration.State.CANCELLED
        registration.cancelled_at = now
        registration.calendar_sequence += not registration.only_waits
        registration.save(
            update_fields=["state", "cancelled_at", "calendar_sequence", "changed_at"]
        )
        registration.note(RegistrationLogEntry.Action.CANCELLED, by=by, now=now)
        emails.registration_cancelled(registration)
        fill_free_places(event, now=now)
    return True


def lock_event_of(registration: Registration) -> EventPage:
    """The same lock as for registering, whatever the state of the page."""
    return EventPage.objects.select_for_update(of=("self",)).get(pk=registration.event_id)
