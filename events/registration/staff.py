"""Registration by staff: add people, overbook on demand, correct registrations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from events.agenda.availability import Places, places_of
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.registration import emails
from events.registration.answer_files import drop_unanswered
from events.registration.answers import Answers
from events.registration.event_lock import lock_event
from events.registration.refusals import (
    AlreadyRegistered,
    AlreadyRegisteredWithoutAddress,
    ChangedMeanwhile,
    EventCancelled,
    NoLongerActive,
)
from events.registration.signup import (
    Application,
    choose,
    keep,
    lock_event_of,
    registered_as,
    release_seats,
)
from events.registration.waiting_list import fill_free_places
from home.access import Account
from home.french.names import name_key


@dataclass(frozen=True)
class StaffOptions:
    """Options ticked by staff: overbook (« hors quota ») where no place is free, e-mail the person."""

    overbook: bool = False
    tell: bool = False


def add(
    *, event: EventPage, application: Application, wish: StaffOptions, by: Account, now: datetime
) -> Registration:
    """Register someone on their behalf, whatever the deadline and the audience."""
    with transaction.atomic():
        event = lock_event(event.pk)
        if event.is_cancelled:
            raise EventCancelled
        refuse_known(event, application.answers)
        places = chosen_places(event, application)
        registration = Registration(event=event, registered_at=now)
        application.answers.write_on(registration)
        registration.save()
        seats = seat(registration, places, wish, now)
        registration.note(
            RegistrationLogEntry.Action.ADDED, by=by, now=now, details=traces_of(seats)
        )
        if wish.tell:
            emails.registration_confirmed(registration)
    return registration


def correct(
    *,
    registration: Registration,
    application: Application,
    wish: StaffOptions,
    seen: str,
    by: Account,
    now: datetime,
) -> bool:
    """Write the corrections. Return False if nothing differs.

    `seen` is the version that was opened; raise `ChangedMeanwhile` if it is not the current one.
    """
    with transaction.atomic():
        event = lock_event_of(registration)
        registration = Registration.objects.get(pk=registration.pk)
        if version_of(registration) != seen:
            raise ChangedMeanwhile(registration)
        if not registration.is_active:
            raise NoLongerActive
        refuse_known(event, application.answers, but=registration)
        had_address = bool(registration.email)
        fields = application.answers.write_on(registration)
        moved = move_seats(registration, chosen_places(event, application), wish, now)
        if not fields and not moved:
            return False
        if "email" in fields:
            registration.renew_link()  # links in the old mailbox must stop working
        registration.calendar_sequence += bool(moved)
        registration.save()
        drop_unanswered(registration)
        entry = registration.note(
            RegistrationLogEntry.Action.CHANGED, by=by, now=now, details={"fields": fields} | moved
        )
        if "email" in fields and not had_address:
            emails.registration_confirmed(registration, entry)  # they have had no link yet
        elif wish.tell:
            emails.registration_corrected(registration, entry)
        fill_free_places(event, now=now)
    return True


def version_of(registration: Registration) -> str:
    return registration.changed_at.isoformat()


def refuse_known(event: EventPage, answers: Answers, *, but: Registration | None = None) -> None:
    if answers.email:
        known = registered_as(answers, event)
    else:
        same_name = event.registrations.active().filter(email="", name_key=name_key(answers.name))
        known = same_name.exclude(pk=but.pk if but else None).first()
    if known and known != but:
        raise AlreadyRegistered if answers.email else AlreadyRegisteredWithoutAddress


def chosen_places(event: EventPage, application: Application) -> list[Places]:
    places = choose(places_of(event, Session.objects.of([event])), application.sessions)
    for place in places:
        keep(event, place.session)
    return places


def seat(
    registration: Registration, places: Iterable[Places], wish: StaffOptions, now: datetime
) -> list[Seat]:
    """Return a confirmed seat where a place is free or staff overbook, else one on the waiting list."""
    return Seat.objects.bulk_create(
        Seat(
            registration=registration,
            session=place.session,
            state=Seat.State.WAITING
            if place.is_full and not wish.overbook
            else Seat.State.CONFIRMED,
            over_capacity=place.is_full and wish.overbook,
            since=now,
        )
        for place in places
    )


def move_seats(
    registration: Registration, places: Sequence[Places], wish: StaffOptions, now: datetime
) -> dict[str, Any]:
    """Leave sessions that are no longer chosen, join new ones, and confirm waiting seats if staff say so."""
    held = {one.session_id: one for one in registration.seats.select_related("session")}
    chosen = {place.session.pk for place in places}
    left = [one for key, one in held.items() if key not in chosen]
    release_seats(left)
    seats = seat(registration, [one for one in places if one.session.pk not in held], wish, now)
    if wish.overbook:
        waiting = [(held[one.session.pk], one) for one in places if one.session.pk in held]
        seats += [confirm(one, place, now) for one, place in waiting if one.is_waiting]
    return traces_of(seats) | ({"left": [str(one.session) for one in left]} if left else {})


def confirm(seat: Seat, place: Places, now: datetime) -> Seat:
    """Confirm a seat by hand, as staff do in the last 24 hours, when nobody is promoted."""
    seat.state, seat.since, seat.over_capacity = Seat.State.CONFIRMED, now, place.free == 0
    seat.save(update_fields=["state", "since", "over_capacity"])
    return seat


def traces_of(seats: Sequence[Seat]) -> dict[str, Any]:
    """Return, for the log, the sessions and which of them were overbooked."""
    over = [str(one.session) for one in seats if one.over_capacity]
    found = {"sessions": [str(one.session) for one in seats], "over_capacity": over}
    return {name: titles for name, titles in found.items() if titles}
