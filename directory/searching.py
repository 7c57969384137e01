"""The directory's search: what the address bar asks, read with care, and the facets beside the list.

Two queries read the cards that answer the words, with what facets ask of each; the rest is counted here, in one pass.
Five counting queries took three times as long with 10,000 members. What is asked and does not exist is passed over
(200), and never comes back in a link.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.http import QueryDict

from directory.models import Card, Organisation, Territory
from directory.visibility import is_shown
from home.models import Theme

PER_PAGE = 24
LONGEST_QUERY = 100
PEOPLE, ORGANISATIONS = "personnes", "organisations"
WHO = {PEOPLE: "Personnes", ORGANISATIONS: "Organisations"}
FACETS = ("qui", "type", "territoire", "theme")
EVERY_FACET = range(len(FACETS))


@dataclass(frozen=True)
class Link:
    """One value of a facet: a link that chooses it, or drops it when it is chosen."""

    title: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True)
class Facet:
    title: str
    links: list[Link]


@dataclass(frozen=True)
class Asked:
    q: str = ""
    qui: str = ""
    type: str = ""
    territoire: str = ""
    theme: str = ""

    @classmethod
    def read(cls, query: QueryDict, known: "Known") -> Self:
        asked = {name: tidy(query.get(name, "")) for name in cls.__dataclass_fields__}
        for name, values in known.values.items():
            if asked[name] not in values:
                asked[name] = ""
        return cls(**asked)

    def address(self, **changed: str) -> str:
        """The list with these answers, relative to itself."""
        return f"?{replace(self, **changed).query}"

    @property
    def query(self) -> str:
        answers = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return urlencode({name: value for name, value in answers.items() if value})

    @property
    def is_empty(self) -> bool:
        return self == Asked()


def tidy(text: str) -> str:
    """One short line without controls: PostgreSQL refuses a NUL, people never type one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_QUERY]


@dataclass(frozen=True)
class Known:
    """The values that each facet may take, with their titles."""

    values: dict[str, dict[str, str]]

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Departments, and the finer territory that is asked for, if it exists."""
        wished = tidy(query.get("territoire", ""))
        departments = Territory.objects.filter(kind=Territory.Kind.DEPARTMENT)
        territories = (departments | Territory.objects.filter(code=wished)).order_by("name")
        return cls(
            {
                "qui": WHO,
                "type": {str(value): str(label) for value, label in Organisation.Kind.choices},
                "territoire": dict(territories.values_list("code", "name")),
                "theme": dict(Theme.objects.values_list("slug", "name")),
            }
        )


class Row(NamedTuple):
    """A card, and what it answers to each facet, in the order of FACETS. Plain tuples: there are thousands."""

    pk: int
    answers: tuple[Sequence[str | None], ...]


@dataclass
class Found:
    """The cards that answer, by name, and for each facet what choosing one of its values would find."""

    pks: list[int] = field(default_factory=list)
    counts: list[dict[str | None, int]] = field(
        default_factory=lambda: [defaultdict(int) for _facet in FACETS]
    )


def search(asked: Asked) -> Found:
    found = Found()
    chosen = [(number, getattr(asked, name)) for number, name in enumerate(FACETS)]
    chosen = [(number, value) for number, value in chosen if value]
    for row in rows_for(asked.q):
        failing = [number for number, value in chosen if value not in row.answers[number]]
        if not failing:
            found.pks.append(row.pk)
        # A facet counts what the answers to the others leave.
        counted = failing if len(failing) == 1 else EVERY_FACET if not failing else ()
        for number in counted:
            counts = found.counts[number]
            for value in row.answers[number]:
                counts[value] += 1
    return found


def rows_for(words: str) -> Iterator[Row]:
    """The listed cards that hold the words, in the order of names, with what members may see of their answers."""
    cards = Card.objects.listed()
    if words:
        cards = cards.search(words)
    themes = themes_of_cards()
    for pk, visibility, person, kind, workplace_kind, *codes in cards.by_name().values_list(
        "pk",
        "visibility",
        "as_member",
        "as_organisation__kind",
        "as_member__organisation__kind",
        "territory__code",
        "territory__parent__code",
        "territory__parent__parent__code",
    ):
        who = (PEOPLE if person else ORGANISATIONS,)
        # A hidden territory or theme must not be found by counting.
        places = codes if is_shown(visibility, "territory") else ()
        subjects = themes[pk] if is_shown(visibility, "themes") else ()
        yield Row(pk, (who, (kind or workplace_kind,), places, subjects))


def themes_of_cards() -> dict[int, list[str]]:
    themes: dict[int, list[str]] = defaultdict(list)
    for card, slug in Card.themes.through.objects.values_list("card_id", "theme__slug"):
        themes[card].append(slug)
    return themes


def facets(asked: Asked, known: Known, found: Found) -> list[Facet]:
    titles = {
        "qui": "Personnes et organisations",
        "type": "Type d’organisation",
        "territoire": "Territoire",
        "theme": "Thème",
    }
    drawn = [
        Facet(titles[name], list(links(name, asked, known.values[name].items(), counts)))
        for name, counts in zip(FACETS, found.counts, strict=True)
    ]
    return [facet for facet in drawn if facet.links]


def links(
    name: str, asked: Asked, values: Iterable[tuple[str, str]], counts: Mapping[str | None, int]
) -> Iterator[Link]:
    """The values that would find something, and the chosen one."""
    chosen = getattr(asked, name)
    for key, title in values:
        if key in counts or key == chosen:
            wanted = "" if key == chosen else key
            yield Link(title, asked.address(**{name: wanted}), key == chosen, counts.get(key, 0))
