"""Tables of a workshop, for people who share a need: five to eight at each, of different structures where possible."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from events.models import Question, Seat
from home.french import fold
from home.french.names import order_key

FEWEST, MOST, BEST = 5, 8, 6.5


@dataclass(frozen=True)
class TableGuest:
    """A person at a table. No address is kept here, so that none can be printed."""

    name: str
    structure: str
    need: str

    @property
    def group(self) -> str:
        """Return the structure as it is compared. People without one are each their own."""
        return fold(self.structure).strip()


@dataclass(frozen=True)
class WorkshopTable:
    number: int
    guests: Sequence[TableGuest]

    @property
    def structures(self) -> int:
        return len({one.group for one in self.guests if one.group})


def table_guests(question: Question, *, present: bool = False) -> list[TableGuest]:
    """Return the people with a confirmed seat, or those ticked present, with their need. One query."""
    seats = Seat.objects.present() if present else Seat.objects.confirmed()
    seats = seats.filter(session__event=question.event_id, registration__erased_at=None)
    if question.session_uuid:
        seats = seats.filter(session__uuid=question.session_uuid)
    people = {
        seat.registration_id: seat.registration for seat in seats.select_related("registration")
    }
    rows = sorted(people.values(), key=lambda one: (order_key(one.name), one.pk))
    return [TableGuest(one.name, one.organisation, need_of(one, question)) for one in rows]


def need_of(registration: Any, question: Question) -> str:
    said = registration.answers.get(str(question.uuid))
    return question.in_words(said["value"]) if said else ""


def workshop_tables(guests: Sequence[TableGuest]) -> list[WorkshopTable]:
    """Share out the people, the same way each time. Nobody is left out, and tables differ by one person at most.

    Nine people cannot be at tables of five to eight: they are five and four. Fewer than five are at one table.
    """
    number = number_of_tables(len(guests))
    seated: list[list[TableGuest]] = [[] for _ in range(number)]
    for position, guest in enumerate(by_structure(guests)):
        seated[position % number].append(guest)
    return [WorkshopTable(place, at_table) for place, at_table in enumerate(seated, start=1)]


def number_of_tables(people: int) -> int:
    """Return the number of tables of about six and a half people, within the limits."""
    least = -(-people // MOST)
    return max(least, min(people // FEWEST, round(people / BEST)))


def by_structure(guests: Sequence[TableGuest]) -> list[TableGuest]:
    """Put people of one structure behind each other, the largest first: dealt out, they are at different tables."""
    named = sorted((one for one in guests if one.group), key=lambda one: one.group)
    groups = [list(rows) for _group, rows in groupby(named, key=lambda one: one.group)]
    largest_first = sorted(groups, key=len, reverse=True)
    return [one for rows in largest_first for one in rows] + [
        one for one in guests if not one.group
    ]
