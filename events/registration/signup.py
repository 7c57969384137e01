"""Register people to events: take seats, or refuse with a `Refusal`.

Independent of the request. A refusal's text is the French sentence that people read.
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
    """A submitted form, to register or to change a registration.

    `sessions` are UUIDs; empty if the event offers no choice, or to leave them unchanged.
    """

    answers: Answers
    sessions: Sequence[UUID] = ()
    form_key: UUID | None = None


@dataclass(frozen=True)
class Receipt:
    """Result that the page may disclose: the same for a registered address as for a new one.

    `registration` is the one that this form made, or None if the address was already registered.
    """

    registration: Registration | None
    confirmed: list[Session]
    waiting: list[Session]


def register(*, event: EventPage, application: Application, by: Visitor, now: datetime) -> Receipt:
    """Take a seat in each chosen session, confirmed or on its waiting list, or raise a `Refusal`.

    A registered address gets the same answer as a new one, plus an e-mail with what is registered, so
    that nobody learns who registered. `by` is the visitor, possibly anonymous.
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
    """Return the active registration under this address: one or none."""
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
    """Return the event as it is now, with its row locked until the end of the transaction.

    Registrations are not enough to lock: two newcomers could both take the last place.
    """
    held = EventPage.objects.select_for_update(of=("self",))
    try:
        return held.get(pk=event.pk, live=True)
    except EventPage.DoesNotExist as error:
        raise RegistrationClosed from error


def places_to_take(
    event: EventPage, application: Application, *, by: Visitor, now: datetime
) -> list[Places]:
    """Return the chosen places, free or with a waiting list, or raise a `Refusal`."""
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
    """Save the hidden session of an event without sessions, if this is its first registration."""
    if session.pk is None:
        session.event = event
        session.save()


def choose(places: list[Places], uuids: Sequence[UUID]) -> list[Places]:
    """Return the chosen places among these, or the only one."""
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
    """Cancel the registration and promote the waiting list. Return False, and do nothing, if already cancelled."""
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
    """Take the same lock as registration, whatever the page's state."""
    return EventPage.objects.select_for_update(of=("self",)).get(pk=registration.event_id)
