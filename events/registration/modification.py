"""Changes by the registrant: what they may still do, and the functions that do it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from events.agenda.availability import (
    Availability,
    availability_by_date,
    begins_at,
    closes_at,
    places_of,
)
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.registration import emails
from events.registration.answer_files import attach, drop_unanswered, stored
from events.registration.answers import Answers
from events.registration.refusals import (
    AlreadyCancelled,
    AlreadyPresent,
    Begun,
    ChangesClosed,
    EventCancelled,
    EventOver,
    NameTaken,
    NoChange,
    Refusal,
    RegistrationClosed,
    SessionsFull,
)
from events.registration.signup import (
    Application,
    cancel,
    choose,
    lock_event_of,
    registered_as,
    release_seats,
    seat_in,
)
from events.registration.waiting_list import fill_free_places
from home.access import Visitor


@dataclass(frozen=True)
class Rights:
    """Changes allowed to the registrant now: each is None if allowed, or the refusal."""

    leave: Refusal | None
    answer: Refusal | None
    add: Refusal | None


def rights_of(registration: Registration, event: EventPage, now: datetime) -> Rights:
    """Leaving is allowed until the end, new answers until the start, more sessions until the deadline."""
    leave = refusal_to_leave(registration, event, now)
    answer = leave or refusal_to_answer(event, now)
    open_still = availability_by_date(event, now) is Availability.OPEN
    return Rights(leave, answer, answer or (None if open_still else RegistrationClosed()))


def refusal_to_leave(registration: Registration, event: EventPage, now: datetime) -> Refusal | None:
    if event.is_past(now):
        return EventOver()
    if event.is_cancelled:
        return EventCancelled()
    if not registration.is_active:
        return AlreadyCancelled()
    # A seat that is given back would take the presence with it, and the count of those who came.
    is_present = any(seat.present_at for seat in registration.seats.all())
    return AlreadyPresent() if is_present else None


def refusal_to_answer(event: EventPage, now: datetime) -> Refusal | None:
    begun, closing = begins_at(event), closes_at(event)
    if event.is_postponed or begun is None or closing is None:
        return NoChange()
    if now >= begun:
        return Begun()
    return ChangesClosed() if now >= closing and not event.late_changes else None


def change(
    *, registration: Registration, application: Application, by: Visitor | None, now: datetime
) -> bool:
    """Write new answers and sessions; full sessions are joined on the waiting list.

    Return False if nothing differs. Raise a `Refusal` if the change is not allowed. A new name that is registered
    at the same address changes nothing, and that registration is written to, as when a form is sent again.
    """
    with stored(application.answers.documents) as paths:
        try:
            return write_change(registration, application, paths, by=by, now=now)
        except NameTaken as refusal:
            emails.already_registered(refusal.known, now)
            raise


@transaction.atomic
def write_change(
    registration: Registration,
    application: Application,
    paths: Mapping[str, str],
    *,
    by: Visitor | None,
    now: datetime,
) -> bool:
    event = lock_event_of(registration)
    registration = Registration.objects.get(pk=registration.pk)
    rights = rights_of(registration, event, now)
    if rights.answer:
        raise rights.answer
    known = registered_as(replace(application.answers, email=registration.email), event)
    if known and known != registration:
        raise NameTaken(known)
    had_place = not registration.only_waits
    moved = choose_sessions(registration, event, application.sessions, rights, now)
    said = write_answers(registration, application.answers) or bool(paths)
    attach(registration, paths)
    if moved or said:
        registration.calendar_sequence += moved and (had_place or not registration.only_waits)
        tell_change(registration, by=by, now=now, answers=said)
        fill_free_places(event, now=now)
    return moved or said


def choose_sessions(
    registration: Registration,
    event: EventPage,
    sessions: Sequence[UUID],
    rights: Rights,
    now: datetime,
) -> bool:
    """Leave the sessions that are no longer chosen and join the new ones."""
    held = {seat.session.uuid: seat for seat in registration.seats.select_related("session")}
    wished = set(sessions) or set(held)
    new = wished - set(held)
    if new and rights.add:
        raise rights.add
    added = seats_to_add(registration, event, sorted(new), now) if new else []
    left = [seat for uuid, seat in held.items() if uuid not in wished]
    if any(seat.is_present for seat in left):
        raise AlreadyPresent
    release_seats(left)
    Seat.objects.bulk_create(added)
    return bool(left or added)


def seats_to_add(
    registration: Registration, event: EventPage, uuids: Sequence[UUID], now: datetime
) -> list[Seat]:
    chosen = choose(places_of(event, Session.objects.of([event])), uuids)
    if not all(place.session.is_open(now) for place in chosen):
        raise RegistrationClosed
    full = [place.session for place in chosen if place.is_full]
    if full and not event.waiting_list:
        raise SessionsFull(full)
    return [seat_in(place, registration, now) for place in chosen]


def write_answers(registration: Registration, answers: Answers) -> bool:
    """Write the answers but not the address, which may have changed since the form was opened."""
    return bool(replace(answers, email=registration.email).write_on(registration))


def tell_change(
    registration: Registration, *, by: Visitor | None, now: datetime, answers: bool
) -> None:
    """Save and log the change, then send an e-mail with what is registered now."""
    registration.save()
    now_in = [seat.session for seat in registration.seats.select_related("session")]
    entry = registration.note(
        RegistrationLogEntry.Action.CHANGED,
        by=by,
        now=now,
        sessions=now_in,
        details={"answers": answers},
    )
    emails.registration_changed(registration, entry)


@transaction.atomic
def leave(
    *, registration: Registration, session: UUID | None, by: Visitor | None, now: datetime
) -> bool:
    """Give back the place in one session, or in all if None. Return False if already done."""
    event = lock_event_of(registration)
    registration = Registration.objects.get(pk=registration.pk)
    refusal = rights_of(registration, event, now).leave
    if isinstance(refusal, AlreadyCancelled):
        return False
    if refusal:
        raise refusal
    seats = list(registration.seats.select_related("session"))
    seat = next((one for one in seats if one.session.uuid == session), None)
    if session is None or [seat] == seats:
        return cancel(registration=registration, by=by, now=now)
    if seat is None:
        return False
    registration.calendar_sequence += seat.is_confirmed
    seat.delete()
    forget_answers_of(registration, seat.session, event)
    tell_change(registration, by=by, now=now, answers=False)
    fill_free_places(event, now=now)
    return True


def forget_answers_of(registration: Registration, session: Session, event: EventPage) -> None:
    """Erase the answers to questions about a session that is left."""
    asked = {str(one.uuid) for one in event.questions.all() if one.session_uuid == session.uuid}
    kept = {key: answer for key, answer in registration.answers.items() if key not in asked}
    registration.answers = kept
    drop_unanswered(registration)
