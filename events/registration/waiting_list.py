"""Promotion from the waiting list, with the event's row locked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published

from events.agenda.availability import Places, places_of
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.registration import emails
from events.registration.event_lock import lock_event
from events.registration.whole_event import seat_in_each_session
from home.batches import one_by_one

#: This close to the start, an e-mail may be read too late: staff call people instead.
BY_HAND = timedelta(hours=24)
SPARE_NAMES = 3


@dataclass(frozen=True)
class Queue:
    """Free places of a session, and the seats on its waiting list in order."""

    place: Places
    seats: list[Seat]

    @property
    def served(self) -> list[Seat]:
        return self.seats[: self.place.free]

    @property
    def next_people(self) -> list[Registration]:
        """People for staff to call: one per free place, and some spares."""
        number = len(self.served) + SPARE_NAMES
        return [seat.registration for seat in self.seats[:number]]


@receiver(page_published, sender=EventPage)
def fill_after_publication(instance: EventPage, **kwargs: Any) -> None:
    """Promote after a publication that adds places or the first sessions: by an editor, the schedule or an import.

    This has its own transaction, after the page is saved. Meanwhile newcomers cannot take those places,
    since none is left to them while people are waiting (`Places.left`).
    """
    fill_event(instance, timezone.now())


def fill_waiting_lists(at: datetime) -> None:
    """Run by the clock: do what a process left when it died between a publication and the promotion."""
    left = EventPage.objects.with_people_waiting(at) | EventPage.objects.with_people_of_before(at)
    one_by_one(left, lambda event: fill_event(event, at))


def fill_event(event: EventPage, now: datetime) -> None:
    """Lock the event, seat in its sessions who registered before there were any, and fill its free places."""
    with transaction.atomic():
        locked = lock_event(event.pk)
        seat_in_each_session(locked, now=now)
        fill_free_places(locked, now=now)


def fill_free_places(event: EventPage, *, now: datetime) -> None:
    """Give free places to the waiting list in order, never above the capacity, and e-mail the people.

    The caller holds the lock on the event's row. In the last 24 hours nobody is promoted; staff get the
    next names.
    """
    if not gives_places(event, now):
        return
    queues = queues_of(places_of(event, Session.objects.of([event])))
    if not queues:
        return
    if gives_by_hand(event, now):
        emails.places_to_give(event, [(queue.place, queue.next_people) for queue in queues])
        return
    for registration, sessions in by_person(queues):
        promote(registration, sessions, now=now)


def gives_places(event: EventPage, now: datetime) -> bool:
    """Whether free places can still be given: the event is planned and has not begun."""
    return event.is_planned and event.starts_at is not None and now < event.starts_at


def gives_by_hand(event: EventPage, now: datetime) -> bool:
    return event.starts_at is not None and now >= event.starts_at - BY_HAND


def queues_of(places: Iterable[Places]) -> list[Queue]:
    """Return the sessions that have both a free place and a waiting list."""
    return [
        Queue(place, list(Seat.objects.waiting().in_session(place.session)))
        for place in places
        if place.queued and place.free != 0
    ]


def by_person(queues: Iterable[Queue]) -> Iterable[tuple[Registration, list[Seat]]]:
    """Group the seats to confirm by person, so that each gets one e-mail."""
    served: dict[Registration, list[Seat]] = defaultdict(list)
    for queue in queues:
        for seat in queue.served:
            served[seat.registration].append(seat)
    return served.items()


def promote(registration: Registration, seats: list[Seat], *, now: datetime) -> None:
    for seat in seats:
        seat.state, seat.since = Seat.State.CONFIRMED, now
        seat.save(update_fields=["state", "since"])
    registration.calendar_sequence += 1
    registration.save(update_fields=["calendar_sequence", "changed_at"])
    sessions = [seat.session for seat in seats]
    entry = registration.note(
        RegistrationLogEntry.Action.PROMOTED, by=None, now=now, sessions=sessions
    )
    if registration.email:
        emails.place_given(registration, sessions, entry)
    else:
        emails.place_to_tell(registration, sessions, entry)


def positions_of(registrations: Iterable[Registration]) -> dict[int, int]:
    """Return the position (from 1) of each waiting seat, by primary key. One query for all."""
    seats = [seat for one in registrations for seat in one.seats.all() if seat.is_waiting]
    if not seats:
        return {}
    lists: dict[int, list[int]] = defaultdict(list)
    everyone = Seat.objects.waiting().filter(session__in={seat.session_id for seat in seats})
    for key, session in everyone.values_list("pk", "session"):
        lists[session].append(key)
    return {
        seat.pk: lists[seat.session_id].index(seat.pk) + 1
        for seat in seats
        if seat.pk in lists[seat.session_id]
    }
