"""Columns of an export for the answers to an editor's questions, so that choices can be counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.models import Question, Registration


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


def answer_columns(registrations: Sequence[Registration]) -> list[AnswerColumn]:
    asked = Question.objects.filter(event__in={one.event_id for one in registrations})
    questions = {str(one.uuid): one for one in asked}
    given: dict[str, list[Mapping[str, Any]]] = {}
    for registration in registrations:
        for key, answer in registration.answers.items():
            given.setdefault(key, []).append(answer)
    return [
        column
        for key, answers in given.items()
        for column in columns_of(key, answers, questions.get(key))
    ]


def columns_of(
    key: str, answers: Sequence[Mapping[str, Any]], question: Question | None
) -> list[AnswerColumn]:
    label = answers[0]["label"]
    if not any(isinstance(answer["value"], list) for answer in answers):
        return [AnswerColumn(key, label, question)]
    offered = question.choice_list if question else []
    choices = unique([*offered, *(one for answer in answers for one in chosen_in(answer["value"]))])
    return [
        AnswerColumn(
            key, f"{label}\u00a0: {question.in_words(one) if question else one}", question, one
        )
        for one in choices
    ]


def chosen_in(value: Any) -> list[str]:
    return value if isinstance(value, list) else [str(value)]


def unique(choices: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(choices))
