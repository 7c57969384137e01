"""Columns for the answers to an editor's questions, in the order of the form, so that choices can be counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.models import Question, Registration
from events.models.registration import words_of


@dataclass(frozen=True)
class AnswerColumn:
    """The answers to a question, matched by its UUID even if its label has changed; or those with one choice."""

    key: str
    heading: str
    question: Question | None
    choice: str | None = None

    def cell(self, answers: Mapping[str, Any]) -> Any:
        if self.key not in answers:
            return ""
        value = answers[self.key]["value"]
        if self.choice is not None:
            return self.choice in chosen_in(value)
        return self.question.in_words(value) if self.question and isinstance(value, str) else value

    def words(self, answers: Mapping[str, Any]) -> str:
        """Return the whole answer as text, empty without one."""
        if self.key not in answers:
            return ""
        value = answers[self.key]["value"]
        return self.question.in_words(value) if self.question else words_of(value)


def answer_columns(registrations: Sequence[Registration]) -> list[AnswerColumn]:
    """Return a column per question, or per choice where several may be chosen, in the form's order.

    A question that nobody answered has its column; those deleted since come last.
    """
    given = answers_by_question(registrations)
    return [
        column
        for whole in question_columns(registrations)
        for column in columns_of(whole, given.get(whole.key, []))
    ]


def question_columns(
    registrations: Sequence[Registration], events: Iterable[int] = ()
) -> list[AnswerColumn]:
    """Return a column per question of the registrations' events, and of these; then those deleted since."""
    keys = {one.event_id for one in registrations} | set(events)
    asked = Question.objects.filter(event__in=keys)
    now = [
        AnswerColumn(str(one.uuid), one.label, one)
        for one in asked.order_by("event__starts_at", "event", "sort_order", "pk")
    ]
    known = {one.key for one in now}
    given = answers_by_question(registrations)
    gone = [AnswerColumn(key, said[0]["label"], None) for key, said in given.items()]
    return [*now, *(one for one in gone if one.key not in known)]


def answers_by_question(
    registrations: Iterable[Registration],
) -> dict[str, list[Mapping[str, Any]]]:
    given: dict[str, list[Mapping[str, Any]]] = {}
    for registration in registrations:
        for key, answer in registration.answers.items():
            given.setdefault(key, []).append(answer)
    return given


def columns_of(whole: AnswerColumn, answers: Sequence[Mapping[str, Any]]) -> list[AnswerColumn]:
    question = whole.question
    is_multiple = question is not None and question.field_type == "checkboxes"
    if not is_multiple and not any(isinstance(answer["value"], list) for answer in answers):
        return [whole]
    choices = choices_of(whole, answers)
    return [
        AnswerColumn(
            whole.key,
            f"{whole.heading}\u00a0: {question.in_words(one) if question else one}",
            question,
            one,
        )
        for one in choices
    ]


def choices_of(whole: AnswerColumn, answers: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the choices offered, then those given that are offered no more."""
    offered = whole.question.choice_list if whole.question else []
    return unique([*offered, *(one for answer in answers for one in chosen_in(answer["value"]))])


def chosen_in(value: Any) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def unique(choices: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(choices))
