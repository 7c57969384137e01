"""Invariants of registrations during and after a crowd (acceptance, invariants 1 to 6 and 9). Each fault is a sentence."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.bench.running_site import RunningSite
from tests.running.crowd import Event, Passage, Person
from tests.running.site import Database, Row

PLACES = """
    SELECT session.title, session.capacity,
           COUNT(CASE WHEN seat.state = 'confirmed' AND one.state = 'active' THEN 1 END),
           COUNT(CASE WHEN seat.state = 'waiting' AND one.state = 'active' THEN 1 END)
    FROM events_session session
    LEFT JOIN events_seat seat ON seat.session_id = session.id
    LEFT JOIN events_registration one ON one.id = seat.registration_id
    WHERE session.event_id = {event.key}
    GROUP BY session.id, session.title, session.capacity
"""
SEATS = """
    SELECT seat.session_id, seat.id, seat.state, seat.since, seat.registration_id
    FROM events_seat seat JOIN events_registration one ON one.id = seat.registration_id
    WHERE one.state = 'active' AND one.event_id = {event.key}
"""
TRACES = """
    SELECT one.name, entry.action, one.id, entry.at FROM events_registrationlogentry entry
    JOIN events_registration one ON one.id = entry.registration_id WHERE one.event_id = {event.key} ORDER BY entry.id
"""
LETTERS = """
    SELECT name_key, kind, state FROM home_outgoingemail WHERE recipient LIKE '%@{event.domain}'
"""
TWICE = """
    SELECT name FROM events_registration WHERE state = 'active' AND event_id = {event.key}
    GROUP BY name, email HAVING COUNT(*) > 1
"""
STRANGE = """
    SELECT name FROM events_registration WHERE event_id = {event.key}
    GROUP BY name HAVING COUNT(DISTINCT email) > 1
"""
LETTER_OF = {
    "changed": "inscription modifiée",
    "cancelled": "inscription annulée",
    "promoted": "place obtenue",
}
FIRST_LETTERS = {"inscription confirmée", "liste d’attente"}


@dataclass
class Watch:
    """Checks the committed seats continuously, not only at the end."""

    site: RunningSite
    event: Event
    faults: set[str] = field(default_factory=set)
    looks: int = 0
    #: Capacity and taken seats of each session at the previous check.
    before: dict[str, tuple[int, int]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.over.set()
        self.thread.join()

    def watch(self) -> None:
        with Database(self.site) as database:
            while not self.over.wait(0.03):
                self.look(database.rows(PLACES.format(event=self.event)))
            self.look(database.rows(PLACES.format(event=self.event)))

    def look(self, sessions: list[Row]) -> None:
        self.looks += 1
        for title, capacity, taken, waiting in sessions:
            # Lowering the capacity removes nobody, but nobody is added above it.
            ceiling = max(capacity, *self.before.get(title, (0, 0)))
            if taken > ceiling:
                self.faults.add(f"places: {title} has {taken} people for {ceiling} places")
            if taken < capacity and waiting:
                self.faults.add(f"queue: {title} has a free place, and {waiting} wait")
            self.before[title] = capacity, taken


def faults_of(site: RunningSite, passage: Passage) -> list[str]:
    event = passage.event
    with Database(site) as database:
        traces = database.rows(TRACES.format(event=event))
        return [
            *(f"doubled: {name}" for (name,) in database.rows(TWICE.format(event=event))),
            *(f"moved: {name}" for (name,) in database.rows(STRANGE.format(event=event))),
            *jumped_queues(database.rows(SEATS.format(event=event)), traces),
            *untold(database.rows(LETTERS.format(event=event)), traces, passage.people),
            *taken_while_closed(passage),
            *refused_while_open(passage),
            *(fault for person in passage.people for fault in person.faults),
        ]


def jumped_queues(seats: list[Row], traces: list[Row]) -> Iterator[str]:
    """Yield seats confirmed while someone who came earlier is waiting for the session."""
    entered, promoted = {}, set()
    for _email, action, registration, at in traces:
        entered.setdefault(registration, at)
        promoted |= {registration} if action == "promoted" else set()
    waiting = [seat for seat in seats if seat[2] == "waiting"]
    for session, key, state, since, registration in seats:
        if state == "confirmed":
            # A promotion changes `since`, so for promoted people use the time of registration.
            came = entered[registration] if registration in promoted else since
            passed = [
                one[1]
                for one in waiting
                if one[:1] == (session,) and one[1] < key and one[3] < came
            ]
            if passed:
                yield f"order: seat {key} of session {session} before {passed}"


def untold(rows: list[Row], log: list[Row], people: list[Person]) -> Iterator[str]:
    """Yield people whose responses, log entries and messages do not match, colleagues at one address apart."""
    traces, letters = defaultdict(list), defaultdict(Counter)
    for name, action, _key, _at in log:
        traces[name].append(action)
    for name_key, kind, _state in rows:
        letters[name_key]["first" if kind in FIRST_LETTERS else kind] += 1
    for person in people:
        traced, got = traces[person.name], letters[f"{person.number} personne"]
        told = [action for action in traced if action != "promoted"]
        if told != person.told:
            yield f"trace: {person.name} heard {person.told}, and {told} is traced"
        due = Counter(LETTER_OF.get(action, "first") for action in traced)
        due += Counter({"déjà inscrit·e": person.again})
        if got != due:
            yield f"letters: {person.name} got {got}, due were {due}"


def taken_while_closed(passage: Passage) -> Iterator[str]:
    for closed_from, closed_until in passage.closed:
        for person in passage.people:
            for post in person.posts:
                if post.taken and closed_from < post.began and post.ended < closed_until:
                    yield f"closed: {person.name} was registered"


def refused_while_open(passage: Passage) -> Iterator[str]:
    """Yield double clicks of which one was refused, although registration cannot have been closed meanwhile."""
    for person in passage.people:
        for post in filter(lambda one: one.is_split, person.posts):
            if not any(
                start < post.ended and post.began < end for start, end in passage.perhaps_closed
            ):
                yield f"answer: {person.name} was registered and refused by one double click"


def undelivered(site: RunningSite, event: Event, patience: float = 60) -> list[Row]:
    """Return the messages not sent within `patience` seconds."""
    deadline = time.monotonic() + patience
    with Database(site) as database:
        while True:
            rows = database.rows(LETTERS.format(event=event))
            waiting = [row for row in rows if row[-1] != "sent"]
            if not waiting or time.monotonic() > deadline:
                return waiting
            time.sleep(0.2)
