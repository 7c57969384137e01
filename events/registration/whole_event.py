"""People registered for the whole event, before it had sessions to choose: they get a place in each of its sessions.

Otherwise they would hold a place that no list, no sheet and no count of the sessions knows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F

from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session


def seat_in_each_session(event: EventPage, *, now: datetime) -> None:
    """Replace seats in the whole event by one in each session, in the same state and rank. The caller holds the lock.

    Nobody is written to: the team decides whether to announce the change of the programme. Somebody who was
    checked in at the whole event keeps that seat, to which the presence belongs.
    """
    sessions = list(Session.visible.filter(event=event))
    if not sessions:
        return
    whole = Seat.objects.filter(session__event=event, session__hidden=True, present_at=None)
    seats = list(whole.exclude(registration__check_ins__session=F("session")))
    Seat.objects.bulk_create(
        [like(seat, session) for seat in seats for session in sessions], ignore_conflicts=True
    )
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).delete()
    note_on(
        Registration.objects.active().filter(pk__in=[one.registration_id for one in seats]),
        sessions,
        now,
    )


def like(seat: Seat, session: Session) -> Seat:
    return Seat(
        registration_id=seat.registration_id,
        session=session,
        state=seat.state,
        since=seat.since,
        over_capacity=seat.over_capacity,
    )


def note_on(people: Iterable[Registration], sessions: Sequence[Session], now: datetime) -> None:
    for person in people:
        person.note(RegistrationLogEntry.Action.CHANGED, by=None, now=now, sessions=sessions)
