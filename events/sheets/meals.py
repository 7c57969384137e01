"""The numbers of a meal, given to the caterer once, at the hour chosen with the question: counts by choice, no name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from events.models import CatererNotice, EventPage, Question, Seat
from events.models.dates import local
from events.models.enums import EventStatus
from events.models.question import COUNTED_TYPES
from events.registration.event_lock import lock_event
from events.sheets import emails
from home.batches import one_by_one


@dataclass(frozen=True)
class MealNumbers:
    expected: int
    answered: int
    #: Pairs of a choice, in the order of the form, and how many people chose it. Nobody may have.
    counts: Sequence[tuple[str, int]]

    @property
    def silent(self) -> int:
        return self.expected - self.answered


def tell_caterers(at: datetime) -> None:
    """Write to the caterers whose hour has come. Called by the clock; a question is told once, whatever happens."""
    one_by_one(questions_due(at), lambda question: tell_caterer(question, at))


def questions_due(at: datetime) -> list[Question]:
    """Return the meals whose hour has come, of planned events that have not begun and have a caterer's address."""
    due = Question.objects.filter(
        purpose=Question.Purpose.MEAL,
        field_type__in=COUNTED_TYPES,
        due_at__lte=at,
        event__starts_at__gt=at,
        event__status=EventStatus.PLANNED,
    )
    found = due.exclude(event__caterer_email="").select_related("event")
    told = set(
        CatererNotice.objects.filter(question__in=[one.uuid for one in found]).values_list(
            "question", "day"
        )
    )
    return [one for one in found if (one.uuid, day_of_meal(one.event)) not in told]


@transaction.atomic
def tell_caterer(question: Question, at: datetime) -> CatererNotice | None:
    """Write down the numbers and send them, if anybody answered. Return None if that was done already."""
    event = lock_event(question.event_id)
    day = day_of_meal(event)
    if CatererNotice.objects.filter(question=question.uuid, day=day).exists():
        return None
    numbers = numbers_of(question)
    notice = CatererNotice.objects.create(
        event=event,
        question=question.uuid,
        day=day,
        at=at,
        recipient=event.caterer_email,
        expected=numbers.expected,
        answered=numbers.answered,
        counts=list(numbers.counts) if numbers.answered else [],
    )
    if numbers.answered:
        emails.caterer_numbers(notice, question)
    return notice


def day_of_meal(event: EventPage) -> Any:
    return local(event.starts_at or event.ends_at).date()


def numbers_of(question: Question) -> MealNumbers:
    """Count the answers of people with a confirmed seat, in the question's session if it has one. One query."""
    seats = Seat.objects.confirmed().filter(
        session__event=question.event_id, registration__erased_at=None
    )
    if question.session_uuid:
        seats = seats.filter(session__uuid=question.session_uuid)
    people = dict(seats.values_list("registration_id", "registration__answers"))
    given = [said["value"] for one in people.values() if (said := one.get(str(question.uuid)))]
    counted = Counter(question.in_words(one) for value in given for one in choices_in(value))
    offered = [*question.choice_list] if question.field_type != "checkbox" else ["oui"]
    named = dict.fromkeys([*offered, *sorted(counted)])
    return MealNumbers(len(people), len(given), [(one, counted[one]) for one in named])


def choices_in(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
