"""Figures of a year, counted by the apps. Each registers functions with the hook `register_year_figures`.

A function takes a `Scope` and yields `Figure`s. Its queries do not depend on the number of rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils import timezone
from wagtail import hooks

HOOK = "register_year_figures"
#: Headings of the page, in order.
MEETINGS, PEOPLE, CONTENT, NETWORK, FEEDBACK = (
    "Rencontres",
    "Participation",
    "Publications",
    "Réseau",
    "Ce qu’on en dit",
)
GROUPS = (MEETINGS, PEOPLE, CONTENT, NETWORK, FEEDBACK)
#: In breakdowns, people who said nothing about it.
UNKNOWN = "non renseigné"


@dataclass(frozen=True)
class Scope:
    """A year of the network, or what carries one theme in it."""

    year: int
    now: datetime
    #: Slug of a theme; empty for the whole year.
    theme: str = ""

    @property
    def begins(self) -> datetime:
        return datetime(self.year, 1, 1, tzinfo=timezone.get_default_timezone())

    @property
    def ends(self) -> datetime:
        return datetime(self.year + 1, 1, 1, tzinfo=timezone.get_default_timezone())

    @property
    def is_over(self) -> bool:
        return self.ends <= self.now


@dataclass(frozen=True)
class Row:
    label: str
    value: int


@dataclass(frozen=True)
class Figure:
    #: Name in frozen rows and addresses: « presences ».
    key: str
    #: One of GROUPS.
    group: str
    title: str
    #: How it is counted, in sentences.
    definition: str
    value: int
    rows: tuple[Row, ...] = ()
    #: Whether numbers below five are hidden (`home.figures.small_numbers`).
    counts_people: bool = False
    #: Whether the total is hidden rather than a row, where a small row could be found by subtraction.
    yields_total: bool = False


class FiguresOf(Protocol):
    def __call__(self, scope: Scope) -> Iterable[Figure]:
        """Return the figures of this year, or of one theme in it."""


def count_figures(scope: Scope) -> list[Figure]:
    """Count the figures of all apps now, by group, in the order of each app."""
    found = [figure for figures_of in hooks.get_hooks(HOOK) for figure in figures_of(scope)]
    return sorted(found, key=lambda figure: GROUPS.index(figure.group))


def largest_first(counts: dict[str, int]) -> tuple[Row, ...]:
    """Return the counts as rows, largest first. What is not known comes last, also if it is none."""
    unknown = counts.get(UNKNOWN, 0)
    known = [(label, number) for label, number in counts.items() if label != UNKNOWN]
    return (*by_size(known), *([Row(UNKNOWN, unknown)] if unknown or known else []))


def by_size(counts: Iterable[tuple[str, int]]) -> Iterator[Row]:
    for label, number in sorted(counts, key=lambda pair: (-pair[1], pair[0])):
        yield Row(label, number)
