"""Members as figures need them: events knows a name and an address, the directory knows the card.

The directory registers a function with the hook `register_known_people`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wagtail import hooks

from home.figures.answers import UNKNOWN
from home.french import fold

HOOK = "register_known_people"

ELECTED, AGENT, ASSOCIATION, RESIDENT, OTHER = (
    "Élu·es",
    "Agent·es",
    "Associations et collectifs",
    "Habitant·es",
    "Autres structures",
)
#: First letters of the folded words by which an answer is recognised.
WORDS = {
    "elu": ELECTED,
    "agent": AGENT,
    "assoc": ASSOCIATION,
    "collectif": ASSOCIATION,
    "habitant": RESIDENT,
    "citoyen": RESIDENT,
}


@dataclass(frozen=True)
class KnownPerson:
    account: int
    email: str
    #: `home.french.names.name_key`.
    name_key: str
    #: Empty if the card does not say it.
    kind: str = ""
    territory: str = ""


@dataclass(frozen=True)
class KnownPeople:
    people: Sequence[KnownPerson] = ()
    #: Folded name of each territory → name of the one under which it is counted.
    places: Mapping[str, str] = field(default_factory=dict)

    def by_account(self) -> dict[int, KnownPerson]:
        return {one.account: one for one in self.people}

    def by_identity(self) -> dict[tuple[str, str], KnownPerson]:
        return {(one.email, one.name_key): one for one in self.people}

    def territory_named(self, answer: str) -> str:
        """Return the territory under which a typed or chosen one is counted: the answer itself if it is not known."""
        return self.places.get(fold(answer).strip(), answer) or UNKNOWN


def known_people() -> KnownPeople:
    """Return the members that the directory knows, nobody without a directory."""
    for people_of in hooks.get_hooks(HOOK):
        found: KnownPeople = people_of()
        return found
    return KnownPeople()


def kind_named(answer: str) -> str:
    """Return the kind of participant that an answer means, or the answer itself."""
    for word in fold(answer).split():
        for start, kind in WORDS.items():
            if word.startswith(start):
                return kind
    return answer or UNKNOWN
