"""Take back a cancelled registration: by staff, or by the person who cancelled it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from events.agenda.availability import Availability, Places, availability_by_date, places_of
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.registration import emails
from events.registration.refusals import (
    AlreadyRegistered,
    EventCancelled,
    EventOver,
    NotCancelled,
    Refusal,
    RegistrationClosed,
)
from events.registration.signup import lock_event_of
from home.access import Account

Action = RegistrationLogEntry.Action


def reinstate(
    *, registration: Registration, by: Account, now: datetime, word: str = ""
) -> Registration:
    """Give back its places where they are free, else the first rank on the waiting list. Raise a `Refusal`."""
    with transaction.atomic():
        event = lock_event_of(registration)
        registration = Registration.objects.get(pk=registration.pk)
        if refusal := refusal_to_reinstate(registration, event, now):
            raise refusal
        return stand_again(registration, event, by=by, now=now, first=True, word=word)


def take_back(*, registration: Registration, now: datetime) -> Registration:
    """Let the person register again as they were, with the rank of a newcomer. Raise a `Refusal`."""
    with transaction.atomic():
        event = lock_event_of(registration)
        registration = Registration.objects.get(pk=registration.pk)
        if refusal := refusal_to_take_back(registration, event, now):
            raise refusal
        return stand_again(registration, event, by=None, now=now, first=False)


def refusal_to_reinstate(
    registration: Registration, event: EventPage, now: datetime
) -> Refusal | None:
    if registration.is_active or registration.erased_at is not None:
        return NotCancelled()
    if event.is_cancelled:
        return EventCancelled()
    return EventOver() if event.is_past(now) else None


def refusal_to_take_back(
    registration: Registration, event: EventPage, now: datetime
) -> Refusal | None:
    """Refuse what staff cancelled too: they had a reason, and they are the ones to ask."""
    refusal = refusal_to_reinstate(registration, event, now)
    open_still = event.live and availability_by_date(event, now) is Availability.OPEN
    last = registration.log.filter(action__in=[Action.CANCELLED, Action.EVENT_CANCELLED]).last()
    by_themselves = (
        last is not None
        and last.action == Action.CANCELLED
        and last.by_id in (None, registration.user_id)
    )
    if refusal or not open_still or not by_themselves:
        return refusal or RegistrationClosed()
    return None


def stand_again(
    registration: Registration,
    event: EventPage,
    *,
    by: Account | None,
    now: datetime,
    first: bool,
    word: str = "",
) -> Registration:
    seats = list(registration.seats.select_related("session"))
    places = {place.session.pk: place for place in places_of(event, Session.objects.of([event]))}
    for seat in seats:
        if seat.session_id in places:  # else the programme no longer has this session
            settle(seat, places[seat.session_id], now=now, first=first)
    registration.state, registration.cancelled_at = Registration.State.ACTIVE, None
    registration.calendar_sequence += 1
    try:
        with transaction.atomic():
            registration.save(
                update_fields=["state", "cancelled_at", "calendar_sequence", "changed_at"]
            )
    except IntegrityError as taken:  # registered again meanwhile
        raise AlreadyRegistered from taken
    sessions = [seat.session for seat in seats]
    entry = registration.note(Action.REINSTATED, by=by, now=now, sessions=sessions)
    emails.registration_reinstated(registration, entry, word=word)
    return registration


def settle(seat: Seat, place: Places, *, now: datetime, first: bool) -> None:
    """Confirm the seat if a place is free for it, else put it on the waiting list; one that waited keeps its rank."""
    waited = seat.is_waiting
    free = place.free != 0 if first else not place.is_full
    if first and waited:
        return
    seat.state = Seat.State.CONFIRMED if free else Seat.State.WAITING
    seat.since, seat.over_capacity = now, False
    if first and not free:
        ahead = Seat.objects.waiting().in_session(place.session).first()
        seat.since = ahead.since - timedelta(microseconds=1) if ahead else now
    seat.save(update_fields=["state", "since", "over_capacity"])
