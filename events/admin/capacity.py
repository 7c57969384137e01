"""Preview what publishing a draft does to the places: promotions from the waiting list, overbooked sessions."""

from dataclasses import dataclass
from datetime import datetime

from events.agenda.availability import Places, places_of
from events.models import EventPage, Registration, Session
from events.registration.waiting_list import by_person, gives_by_hand, gives_places, queues_of


@dataclass(frozen=True)
class Outcome:
    """Consequences of publishing a draft.

    `promoted`: registrations that would get a place and an e-mail, in queue order.
    `over`: sessions with more places taken than exist; nobody loses their place.
    """

    promoted: list[Registration]
    over: list[Places]

    @property
    def told(self) -> list[Registration]:
        return [person for person in self.promoted if person.email]

    @property
    def unreachable(self) -> list[Registration]:
        """Those without an e-mail address: the team is told instead."""
        return [person for person in self.promoted if not person.email]

    @property
    def is_worth_asking(self) -> bool:
        return bool(self.promoted or self.over)

    @property
    def fingerprint(self) -> str:
        """Identify the outcome that an editor has read, to check that it still holds when they confirm."""
        people = ",".join(str(person.pk) for person in self.promoted)
        over = ",".join(f"{one.session.uuid}:{one.taken}:{one.capacity}" for one in self.over)
        return f"{people}/{over}"


def outcome_of(draft: EventPage, now: datetime) -> Outcome:
    """Compute the outcome from the actual waiting lists and the draft's capacities."""
    stored = EventPage.objects.get(pk=draft.pk)
    before = {one.session.uuid: one.capacity for one in places_of(stored, counted(stored))}
    places = places_of(draft, counted(draft))
    lowered = [one for one in places if is_lowered(one, before.get(one.session.uuid))]
    queues = queues_of(places) if gives_places(draft, now) and not gives_by_hand(draft, now) else []
    promoted = [registration for registration, _seats in by_person(queues)]
    return Outcome(promoted, over=[one for one in lowered if one.is_over])


def counted(event: EventPage) -> list[Session]:
    """Return the stored sessions with their counts, each with this version's capacity, draft or published."""
    here = {session.uuid: session.capacity for session in event.sessions.all()}
    sessions = list(Session.objects.of([event]))
    for session in sessions:
        session.capacity = here.get(session.uuid, session.capacity)
    return sessions


def is_lowered(place: Places, former: int | None) -> bool:
    return place.capacity is not None and (former is None or place.capacity < former)
