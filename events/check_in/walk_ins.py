"""People who come without having registered: a registration « sur place », over the capacity if need be."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from events.agenda.availability import places_of
from events.check_in.records import Tap, record_check_in
from events.models import CheckIn, EventPage, Registration, RegistrationLogEntry, Session
from events.registration.answers import Answers
from events.registration.event_lock import lock_event
from events.registration.staff import StaffOptions, seat, traces_of
from home.french import fold
from home.french.names import name_key


@dataclass(frozen=True)
class WalkIn:
    """A person as written down at the door. `uuid` comes from the telephone, so that sending again adds nobody."""

    uuid: UUID
    answers: Answers
    session: Session


def admit(*, event: EventPage, walk_in: WalkIn, tap: Tap, now: datetime) -> CheckIn | None:
    """Register the person and note them present. Somebody who turns out to be on the list is ticked there instead."""
    with transaction.atomic():
        event = lock_event(event.pk)
        person = event.registrations.filter(uuid=walk_in.uuid).first()
        person = person or known_as(event, walk_in.answers) or enter(event, walk_in, now)
        return record_check_in(registration=person, session=walk_in.session, tap=tap, now=now)


def known_as(event: EventPage, answers: Answers) -> Registration | None:
    """Return the person of this name on the list, unless the structure or the address says that it is another one."""
    same_name = event.registrations.active().filter(name_key=name_key(answers.name))
    for one in same_name.order_by("pk"):
        structures = {fold(one.organisation), fold(answers.organisation)} - {""}
        addresses = {one.email, answers.email.lower()} - {""}
        if len(structures) < 2 and len(addresses) < 2:
            return one
    return None


def enter(event: EventPage, walk_in: WalkIn, now: datetime) -> Registration:
    registration = Registration(event=event, uuid=walk_in.uuid, on_site=True, registered_at=now)
    walk_in.answers.write_on(registration)
    registration.save()
    places = places_of(event, Session.objects.of([event]))
    chosen = [place for place in places if place.session.pk == walk_in.session.pk]
    seats = seat(registration, chosen, StaffOptions(overbook=True), now)
    registration.note(RegistrationLogEntry.Action.ADDED, by=None, now=now, details=traces_of(seats))
    return registration
