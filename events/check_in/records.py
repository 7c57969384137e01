"""Record who is present. Each entry is kept; the state of a seat is computed from all of them.

The earliest « present » that no later « undone » takes back makes the person present. So telephones without network may
send their entries late, in any order and several times.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from events.agenda.availability import places_of
from events.models import CheckIn, EventPage, Registration, Seat, Session
from events.models.enums import CheckInKind, CheckInSource, SeatArrival
from events.registration.event_lock import lock_event
from events.registration.refusals import Refusal
from home.access import Account


class NotExpected(Refusal):
    """The registration is cancelled: its place may be somebody else's."""

    sentence = (
        "Cette inscription est annulée\u00a0: rien n’est noté. "
        "Si la personne est là, ajoutez-la comme arrivée sur place."
    )


class OtherEvent(Refusal):
    sentence = "Cette session est celle d’un autre événement\u00a0: rien n’est noté."


@dataclass(frozen=True)
class Tap:
    """A tap of somebody: when, where, and a UUID of its own that makes a second sending harmless."""

    at: datetime
    source: CheckInSource
    device: str = ""
    by: Account | None = None
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class SheetCount:
    """How many people a signed sheet says present and absent."""

    present: int
    absent: int


def record_check_in(
    *, registration: Registration, session: Session, tap: Tap, now: datetime
) -> CheckIn | None:
    """Note the person present, and return the entry that makes them so: another one if they were present already.

    Return None if a later « undone » has arrived before. A person on the waiting list, or who had not asked for this session, gets a seat. Raise a `Refusal` if the
    registration is cancelled.
    """
    with transaction.atomic():
        event = lock_event(registration.event_id)
        keep_entry(CheckInKind.PRESENT, registration, session, tap, now)
        return settle(event, registration, session)


def undo_check_in(*, registration: Registration, session: Session, tap: Tap, now: datetime) -> None:
    """Take back every presence noted until `tap.at`, and the seat if it was given for that presence."""
    with transaction.atomic():
        event = lock_event(registration.event_id)
        keep_entry(CheckInKind.UNDONE, registration, session, tap, now)
        settle(event, registration, session)


def record_sheet(
    *, session: Session, among: Collection[int], absent: Collection[int], tap: Tap, now: datetime
) -> SheetCount:
    """Note as present those of a sheet (keys of registrations) who have a confirmed seat, but those absent.

    Said again with others absent, it corrects what was noted; said again alike, it adds nothing. `tap.uuid` is not used.
    """
    with transaction.atomic():
        event = lock_event(session.event_id)
        seats = list(Seat.objects.confirmed().in_session(session).filter(registration__in=among))
        for seat in seats:
            is_absent = seat.registration_id in absent
            if seat.is_present is is_absent:
                kind = CheckInKind.UNDONE if is_absent else CheckInKind.PRESENT
                line = Tap(tap.at, tap.source, tap.device, tap.by)
                keep_entry(kind, seat.registration, session, line, now)
                settle(event, seat.registration, session)
    missing = sum(seat.registration_id in absent for seat in seats)
    return SheetCount(present=len(seats) - missing, absent=missing)


def keep_entry(
    kind: CheckInKind, registration: Registration, session: Session, tap: Tap, now: datetime
) -> None:
    """Add the entry, unless it has arrived before. A telephone whose clock is ahead tapped now at the latest."""
    if CheckIn.objects.filter(uuid=tap.uuid).exists():
        return
    if session.event_id != registration.event_id:
        raise OtherEvent
    if not Registration.objects.active().filter(pk=registration.pk).exists():
        raise NotExpected
    CheckIn.objects.create(
        uuid=tap.uuid,
        registration=registration,
        session=session,
        kind=kind,
        at=min(tap.at, now),
        received_at=now,
        device=tap.device,
        by=tap.by,
        source=tap.source,
    )


def settle(event: EventPage, registration: Registration, session: Session) -> CheckIn | None:
    """Write what follows from the entries on the seat, and return the one that counts. The caller holds the lock."""
    counts = registration.check_ins.filter(session=session).that_counts()
    seat = registration.seats.filter(session=session).first()
    if counts:
        be_present(event, seat or Seat(registration=registration, session=session), counts.at)
    elif seat:
        be_absent(seat)
    return counts


def be_present(event: EventPage, seat: Seat, at: datetime) -> None:
    if seat.pk is None:
        seat.arrival, seat.over_capacity = SeatArrival.UNEXPECTED, is_full(event, seat.session)
    elif seat.is_waiting:
        # `since` stays: an undone check-in sends them back to their rank in the queue.
        seat.arrival, seat.over_capacity = SeatArrival.WAITED, True
        seat.state = Seat.State.CONFIRMED
    if seat.arrival == SeatArrival.UNEXPECTED:
        seat.since = at
    seat.present_at = at
    seat.save()


def be_absent(seat: Seat) -> None:
    if seat.arrival == SeatArrival.UNEXPECTED:
        seat.delete()
        return
    if seat.arrival == SeatArrival.WAITED:
        seat.arrival, seat.over_capacity = SeatArrival.ORDINARY, False
        seat.state = Seat.State.WAITING
    seat.present_at = None
    seat.save()


def is_full(event: EventPage, session: Session) -> bool:
    places = places_of(event, Session.objects.of([event]))
    return any(place.free == 0 for place in places if place.session.pk == session.pk)
