"""The list of an event's registrations as staff read it: who, where, in which state, and what they answered.

Built in memory from rows that are loaded: the queries do not depend on their number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from events.admin.answer_columns import (
    AnswerColumn,
    answers_by_question,
    choices_of,
    chosen_in,
    question_columns,
)
from events.agenda.availability import Places
from events.models import EventPage, Registration, Seat
from events.registration.waiting_list import positions_of
from home.french import count_of, hour
from home.french.names import order_key

#: Columns of answers shown until somebody chooses.
SHOWN_AT_FIRST = 2
#: People named who share an address; a town hall may register thirty.
NAMED_SHARERS = 2
#: Kinds of questions whose answers are too long, or too private, to be shown unasked.
NOT_AT_FIRST = ("multiline", "file")
#: Query parameters: the chosen columns, in one parameter; those of the form that chooses; the order.
COLUMNS_VAR, COLUMN_VAR, ORDER_VAR = "colonnes", "colonne", "tri"
ORDERS = {
    "nom": "par nom",
    "structure": "par structure",
    "adresse": "par adresse e-mail",
    "date": "par date d’inscription",
}


@dataclass(frozen=True)
class SeatCell:
    """A seat in words; `kind` is the end of its class in the style sheet."""

    session: str
    words: str
    kind: str
    #: Value of the button that notes the person present at the session, or takes it back; empty without a seat.
    key: str = ""
    is_present: bool = False


@dataclass(frozen=True)
class Row:
    registration: Registration
    state: str
    kind: str
    seats: Sequence[SeatCell]
    answers: Sequence[tuple[str, str]]
    #: Names of the other people of the event who registered with the same address.
    sharers: Sequence[str]

    @property
    def sharers_told(self) -> str:
        """Name the first ones, and count the others."""
        named, others = self.sharers[:NAMED_SHARERS], len(self.sharers) - NAMED_SHARERS
        more = f" et {count_of(others, 'autre')}" if others > 0 else ""
        return ", ".join(named) + more


@dataclass(frozen=True)
class Count:
    words: str
    number: int


@dataclass(frozen=True)
class Figures:
    """How often each choice of a question was given, among `answered` people."""

    question: str
    answered: int
    counts: Sequence[Count]


class EventList:
    """The rows of a list, their columns, and the counts of the whole event.

    `shown` are the registrations of the page, with their seats; `everyone` those of the event that are not
    cancelled. `chosen` holds the keys of the columns of answers, or None before any choice; `order` is one of `ORDERS`.
    """

    def __init__(
        self,
        event: EventPage,
        places: Sequence[Places],
        *,
        shown: Iterable[Registration],
        chosen: Sequence[str] | None,
        order: str,
    ) -> None:
        self.event, self.places = event, places
        self.order = order if order in ORDERS else "nom"
        self.everyone = list(
            event.registrations.active()
            .remembered()
            .only("pk", "event", "name", "email", "answers")
        )
        self.shown = sorted(shown, key=self.order_of)
        self.questions = question_columns(self.everyone, [event.pk])
        self.chosen = chosen

    def order_of(self, one: Registration) -> tuple[Any, ...]:
        """Put cancelled registrations last, whatever the order."""
        by_name = order_key(one.name)
        first: dict[str, Any] = {
            "nom": "",
            "structure": (not one.organisation, order_key(one.organisation)),
            "adresse": (not one.email, one.email),
            "date": one.registered_at,
        }
        return (not one.is_active, first[self.order], *by_name, one.pk)

    @cached_property
    def columns(self) -> list[AnswerColumn]:
        if self.chosen is not None:
            return [one for one in self.questions if one.key in self.chosen]
        short = [
            one
            for one in self.questions
            if one.question and one.question.field_type not in NOT_AT_FIRST
        ]
        return short[:SHOWN_AT_FIRST]

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Key and label of each question, and whether its column is shown."""
        shown = {one.key for one in self.columns}
        return [(one.key, one.heading, one.key in shown) for one in self.questions]

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        return [(key, words, key == self.order) for key, words in ORDERS.items()]

    @property
    def has_sessions(self) -> bool:
        return any(not place.session.hidden for place in self.places)

    @cached_property
    def rows(self) -> list[Row]:
        positions = positions_of([one for one in self.shown if one.is_active])
        by_address: dict[str, list[Registration]] = {}
        for one in self.everyone:
            by_address.setdefault(one.email, []).append(one)
        return [self.row(one, positions, by_address) for one in self.shown]

    def row(
        self,
        one: Registration,
        positions: Mapping[int, int],
        by_address: Mapping[str, Sequence[Registration]],
    ) -> Row:
        seats = {seat.session_id: seat for seat in one.seats.all()}
        state, kind = standing(one)
        shared = by_address.get(one.email, []) if one.email and one.is_active else []
        return Row(
            registration=one,
            state=state,
            kind=kind,
            seats=[
                seat_cell(str(place.session), seats.get(place.session.pk), one, positions)
                for place in self.places
            ],
            answers=[(column.heading, column.words(one.answers)) for column in self.columns],
            sharers=[other.name for other in shared if other.pk != one.pk],
        )

    @property
    def figures(self) -> list[Figures]:
        """Count the answers of the whole event that are choices, in the form's order."""
        given = answers_by_question(self.everyone)
        found = [figures_of(column, given.get(column.key, [])) for column in self.questions]
        return [one for one in found if one]


def figures_of(column: AnswerColumn, answers: Sequence[Mapping[str, Any]]) -> Figures | None:
    question = column.question
    values = [answer["value"] for answer in answers]
    if question is not None and question.field_type == "checkbox":
        return Figures(column.heading, len(values), [Count("oui", values.count(True))])
    is_choice = question is not None and bool(question.choice_list)
    if not is_choice and not any(isinstance(value, list) for value in values):
        return None
    counts = [
        Count(
            question.in_words(choice) if question else choice,
            sum(choice in chosen_in(value) for value in values),
        )
        for choice in choices_of(column, answers)
    ]
    return Figures(column.heading, len(values), counts)


def standing(registration: Registration) -> tuple[str, str]:
    """Return the state in words, which never calls registered who only waits, and the end of its class."""
    if not registration.is_active:
        return registration.get_state_display(), "cancelled"
    waiting = [seat for seat in registration.seats.all() if seat.is_waiting]
    if not waiting:
        here = ", sur place" if registration.on_site else ""
        return f"{registration.get_state_display()}{here}", "seated"
    return ("en attente" if registration.only_waits else "en attente en partie"), "waiting"


def seat_cell(
    session: str, seat: Seat | None, registration: Registration, positions: Mapping[int, int]
) -> SeatCell:
    words, kind = seat_words(seat, registration, positions)
    if seat is None or not registration.is_active:
        return SeatCell(session, words, kind)
    return SeatCell(session, words, kind, f"{seat.pk}", seat.is_present)


def seat_words(
    seat: Seat | None, registration: Registration, positions: Mapping[int, int]
) -> tuple[str, str]:
    if seat is None:
        return "–", "none"
    if not registration.is_active:
        return registration.get_state_display(), "cancelled"
    if seat.is_waiting:
        position = positions.get(seat.pk)
        return f"en attente, n°\u00a0{position}" if position else "en attente", "waiting"
    words = "confirmée, hors quota" if seat.over_capacity else "confirmée"
    return (f"{words}, présence à {hour(seat.present_at)}" if seat.present_at else words), "seated"
