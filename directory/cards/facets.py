"""Filters and facets of the directory. Which text is searched: directory.models.search_text.

The database counts: one query groups the cards that match the words by facet values, another counts their themes, a
third reads the page. The number of rows read does not grow with the directory. Unknown values in the query string are
ignored (200) and never repeated in a link.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.http import QueryDict

from directory.cards.map import Dot, Map, draw
from directory.models import Organisation, Territory
from directory.models.outlines import Point, read_outline
from directory.models.querysets import CardQuerySet
from home.models import Theme

PER_PAGE = 24
LONGEST_QUERY = 100
PEOPLE, ORGANISATIONS = "personnes", "organisations"
WHO = {PEOPLE: "Personnes", ORGANISATIONS: "Organisations"}
#: The fields of `SearchFilters` and their names in the query string.
PARAMETERS = {
    "q": "q",
    "who": "qui",
    "type": "type",
    "territory": "territoire",
    "theme": "theme",
}
FACETS = ("who", "type", "territory", "theme")


@dataclass(frozen=True)
class Link:
    """A value of a facet: a link that chooses it, or removes it if it is chosen."""

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
    who: str = ""
    type: str = ""
    territory: str = ""
    theme: str = ""

    @classmethod
    def read(cls, query: QueryDict, known: "Vocabulary") -> Self:
        asked = {name: tidy(query.get(key, "")) for name, key in PARAMETERS.items()}
        for name, values in known.values.items():
            if asked[name] not in values:
                asked[name] = ""
        return cls(**asked)

    def address(self, **changed: str) -> str:
        """Return the relative URL of the list with these filters changed."""
        return f"?{replace(self, **changed).query}"

    @property
    def query(self) -> str:
        answers = {key: getattr(self, name) for name, key in PARAMETERS.items()}
        return urlencode({key: value for key, value in answers.items() if value})

    @property
    def chosen(self) -> dict[str, str]:
        """Return the chosen facet values by their names in the query string, for the form's hidden fields."""
        return {PARAMETERS[name]: getattr(self, name) for name in FACETS if getattr(self, name)}

    @property
    def words_alone(self) -> str:
        """Return the relative URL of the list with the words and without any facet."""
        return f"?{SearchFilters(q=self.q).query}"

    @property
    def is_empty(self) -> bool:
        return self == SearchFilters()


def tidy(text: str) -> str:
    """Return a single line of at most 100 printable characters. PostgreSQL refuses NUL."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_QUERY]


class Place(NamedTuple):
    """A territory in the search: a department, one with cards, or the chosen one."""

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
    """The possible values of each facet with their titles, and the territories of the cards."""

    values: dict[str, dict[str, str]]
    places: dict[int | None, Place]

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Read the values from the database. Territories are the departments, and the one in the query if it exists."""
        asked = tidy(query.get(PARAMETERS["territory"], ""))
        places = [Place(*row) for row in Territory.objects.useful(asked).lineages()]
        offered = [
            place
            for place in places
            if place.kind == Territory.Kind.DEPARTMENT or place.code == asked
        ]
        return cls(
            values={
                "who": WHO,
                "type": {str(value): str(label) for value, label in Organisation.Kind.choices},
                "territory": {place.code: place.name for place in offered},
                "theme": dict(Theme.objects.values_list("slug", "name")),
            },
            places={place.pk: place for place in places},
        )

    def around(self, territory: int | None) -> tuple[str | None, ...]:
        """Return the codes of a territory and of the territories that contain it."""
        place = self.places.get(territory)
        return (place.code, place.parent, place.grandparent) if place else ()


@dataclass
class SearchResults:
    """The matching cards, and for each facet value the number of cards found if it were chosen."""

    cards: CardQuerySet
    total: int = 0
    counts: dict[str, dict[str | None, int]] = field(
        default_factory=lambda: {name: defaultdict(int) for name in FACETS}
    )
    #: The number of cards found if a territory were chosen, by its primary key.
    places: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def search(cards: CardQuerySet, asked: SearchFilters, known: Vocabulary) -> SearchResults:
    if asked.q:
        cards = cards.search(asked.q)
    found = SearchResults(answering(cards, asked))
    count(found, cards, asked, known)
    found.counts["theme"] = dict(answering(cards, replace(asked, theme="")).tally_of_themes())
    return found


def answering(cards: CardQuerySet, asked: SearchFilters) -> CardQuerySet:
    """Return the cards that match all chosen facets."""
    if asked.who:
        cards = cards.people() if asked.who == PEOPLE else cards.organisations()
    if asked.type:
        cards = cards.of_kind(asked.type)
    if asked.territory:
        cards = cards.in_territory(asked.territory)
    return cards.on_theme(asked.theme) if asked.theme else cards


def count(
    found: SearchResults, cards: CardQuerySet, asked: SearchFilters, known: Vocabulary
) -> None:
    """Add the rows of the tally to `found`. Each facet counts the cards that match all other facets."""
    for is_person, kind, territory, number in cards.tally(asked.theme):
        answers: dict[str, tuple[str | None, ...]] = {
            "who": (PEOPLE if is_person else ORGANISATIONS,),
            "type": (kind,),
            "territory": known.around(territory),
        }
        failing = [
            name
            for name in answers
            if getattr(asked, name) and getattr(asked, name) not in answers[name]
        ]
        if not failing:
            found.total += number
        if territory and failing in ([], ["territory"]):
            found.places[territory] += number
        counted = failing if len(failing) == 1 else answers if not failing else ()
        for name in counted:
            for value in answers[name]:
                found.counts[name][value] += number


def facets(asked: SearchFilters, known: Vocabulary, found: SearchResults) -> list[Facet]:
    titles = {
        "who": "Personnes et organisations",
        "type": "Type d’organisation",
        "territory": "Territoire",
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
    """Yield the facet's values that would find cards, and the chosen one."""
    chosen = getattr(asked, name)
    for key, title in values:
        if key in counts or key == chosen:
            wanted = "" if key == chosen else key
            yield Link(title, asked.address(**{name: wanted}), key == chosen, counts.get(key, 0))


def map_of(asked: SearchFilters, known: Vocabulary, found: SearchResults) -> Map | None:
    """Return the map, with a dot per place that the list finds. Departments are outlines without a dot at their centre."""
    dots = [
        Dot(
            title=place.name,
            url=asked.address(territory="" if place.code == asked.territory else place.code),
            count=found.places[place.pk],
            current=place.code == asked.territory,
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
