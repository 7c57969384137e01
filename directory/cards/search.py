"""The directory's search: what the address bar asks, read with care, and the facets beside the list.

The database counts: one query groups the cards that hold the words by what facets ask of each, another counts their
themes, a third reads the page; what comes back is as long with 24 cards as with 12,000. What is asked and does not
exist is passed over (200), and never comes back in a link.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.http import QueryDict

from directory.cards.map import Dot, Map, draw
from directory.models import Card, Organisation, Territory
from directory.models.outlines import Point, read_outline
from directory.models.querysets import CardQuerySet
from home.models import Theme

PER_PAGE = 24
LONGEST_QUERY = 100
PEOPLE, ORGANISATIONS = "personnes", "organisations"
WHO = {PEOPLE: "Personnes", ORGANISATIONS: "Organisations"}
FACETS = ("qui", "type", "territoire", "theme")


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
class SearchFilters:
    q: str = ""
    qui: str = ""
    type: str = ""
    territoire: str = ""
    theme: str = ""

    @classmethod
    def read(cls, query: QueryDict, known: "Vocabulary") -> Self:
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
        return self == SearchFilters()


def tidy(text: str) -> str:
    """One short line without controls: PostgreSQL refuses a NUL, people never type one."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_QUERY]


class Place(NamedTuple):
    """A territory where cards stand."""

    pk: int
    code: str
    name: str
    kind: str
    parent: str | None
    grandparent: str | None
    latitude: float | None
    longitude: float | None
    outline: str


@dataclass(frozen=True)
class Vocabulary:
    """The values that each facet may take, with their titles, and the places of the cards."""

    values: dict[str, dict[str, str]]
    places: dict[int | None, Place]

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Departments, and the finer territory that is asked for, if it exists."""
        asked = tidy(query.get("territoire", ""))
        places = [Place(*row) for row in Territory.objects.useful(asked).lineages()]
        offered = [
            place
            for place in places
            if place.kind == Territory.Kind.DEPARTMENT or place.code == asked
        ]
        return cls(
            values={
                "qui": WHO,
                "type": {str(value): str(label) for value, label in Organisation.Kind.choices},
                "territoire": {place.code: place.name for place in offered},
                "theme": dict(Theme.objects.values_list("slug", "name")),
            },
            places={place.pk: place for place in places},
        )

    def around(self, territory: int | None) -> tuple[str | None, ...]:
        """The codes of a territory, and of what it is part of."""
        place = self.places.get(territory)
        return (place.code, place.parent, place.grandparent) if place else ()


@dataclass
class SearchResults:
    """The cards that answer, and for each facet what choosing one of its values would find."""

    cards: CardQuerySet
    total: int = 0
    counts: dict[str, dict[str | None, int]] = field(
        default_factory=lambda: {name: defaultdict(int) for name in FACETS}
    )
    #: What each territory holds, were it chosen; by its key.
    places: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def search(asked: SearchFilters, known: Vocabulary, at: datetime) -> SearchResults:
    cards = Card.objects.listed(at)
    if asked.q:
        cards = cards.search(asked.q)
    found = SearchResults(answering(cards, asked))
    count(found, cards, asked, known)
    found.counts["theme"] = dict(answering(cards, replace(asked, theme="")).tally_of_themes())
    return found


def answering(cards: CardQuerySet, asked: SearchFilters) -> CardQuerySet:
    """The cards that answer to every facet."""
    if asked.qui:
        cards = cards.people() if asked.qui == PEOPLE else cards.organisations()
    if asked.type:
        cards = cards.of_kind(asked.type)
    if asked.territoire:
        cards = cards.in_territory(asked.territoire)
    return cards.on_theme(asked.theme) if asked.theme else cards


def count(
    found: SearchResults, cards: CardQuerySet, asked: SearchFilters, known: Vocabulary
) -> None:
    """Adds up the rows of the tally: a facet counts what the answers to the others leave."""
    for is_person, kind, territory, number in cards.tally(asked.theme):
        answers: dict[str, tuple[str | None, ...]] = {
            "qui": (PEOPLE if is_person else ORGANISATIONS,),
            "type": (kind,),
            "territoire": known.around(territory),
        }
        failing = [
            name
            for name in answers
            if getattr(asked, name) and getattr(asked, name) not in answers[name]
        ]
        if not failing:
            found.total += number
        if territory and failing in ([], ["territoire"]):
            found.places[territory] += number
        counted = failing if len(failing) == 1 else answers if not failing else ()
        for name in counted:
            for value in answers[name]:
                found.counts[name][value] += number


def facets(asked: SearchFilters, known: Vocabulary, found: SearchResults) -> list[Facet]:
    titles = {
        "qui": "Personnes et organisations",
        "type": "Type d’organisation",
        "territoire": "Territoire",
        "theme": "Thème",
    }
    drawn = [
        Facet(titles[name], list(links(name, asked, known.values[name].items(), counts)))
        for name, counts in found.counts.items()
    ]
    return [facet for facet in drawn if facet.links]


def links(
    name: str,
    asked: SearchFilters,
    values: Iterable[tuple[str, str]],
    counts: Mapping[str | None, int],
) -> Iterator[Link]:
    """The values that would find something, and the chosen one."""
    chosen = getattr(asked, name)
    for key, title in values:
        if key in counts or key == chosen:
            wanted = "" if key == chosen else key
            yield Link(title, asked.address(**{name: wanted}), key == chosen, counts.get(key, 0))


def map_of(asked: SearchFilters, known: Vocabulary, found: SearchResults) -> Map | None:
    """What the list finds, were each place chosen. Departments are drawn, not dotted: nobody stands at their centre."""
    dots = [
        Dot(
            title=place.name,
            url=asked.address(territoire="" if place.code == asked.territoire else place.code),
            count=found.places[place.pk],
            current=place.code == asked.territoire,
            point=Point(place.latitude, place.longitude),
        )
        for place in known.places.values()
        if place.pk in found.places
        and place.kind != Territory.Kind.DEPARTMENT
        and place.latitude is not None
        and place.longitude is not None
    ]
    return draw(
        [read_outline(place.outline) for place in known.places.values() if place.outline], dots
    )
