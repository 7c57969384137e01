"""Answers added up: shown from five on, so that nobody is recognised."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count

from events.models import EventPage, Feedback
from events.models.enums import ReadyQuestion
from events.models.thanks import SHOWN_FROM


@dataclass(frozen=True)
class Total:
    question: ReadyQuestion
    #: Pairs of words and number, in the order of the question.
    rows: tuple[tuple[str, int], ...]

    @property
    def answers(self) -> int:
        return sum(number for _words, number in self.rows)

    @property
    def is_shown(self) -> bool:
        """Whether there are enough answers to show any."""
        return self.answers >= SHOWN_FROM


def totals(events: Iterable[EventPage]) -> Iterator[Total]:
    """Yield the answers to each question that was answered about these events. One query."""
    rows = Feedback.objects.filter(event__in=events).exclude(question="")
    counted = rows.values_list("question", "answer").annotate(number=Count("pk"))
    counts = Counter({(question, answer): number for question, answer, number in counted})
    for question in ReadyQuestion:
        found = tuple((words, counts[question.value, answer]) for answer, words in question.answers)
        if any(number for _words, number in found):
            yield Total(question, found)


def remarks(event: EventPage) -> list[str]:
    """Return the free lines about this event, in an order that does not tell who wrote them: by their words."""
    free = Feedback.objects.filter(event=event, question="").exclude(text="")
    return sorted(free.values_list("text", flat=True))
