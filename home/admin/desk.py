"""Cards of the desk: what waits for a person of the team, on the dashboard and in the message of Monday.

Each app registers functions with the hook `register_desk_cards`. A function takes the user and the present moment, and
returns a card, or None when there is nothing or the user's rights do not cover it. Texts are plain, in French: the screen,
the text of the message and its HTML are written from the same card.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wagtail import hooks

from home.access import Account

HOOK = "register_desk_cards"
#: Lines that a card shows at most.
SHOWN = 6


@dataclass(frozen=True)
class Link:
    label: str
    #: A path. Messages make it absolute.
    url: str


@dataclass(frozen=True)
class Line:
    """One thing to look at, and the gesture that settles it."""

    text: str
    #: Path of what the text names, if that is the gesture.
    url: str = ""
    note: str = ""
    #: What must be seen at first sight: « Annulé ».
    state: str = ""
    parts: tuple[Link, ...] = ()
    action: Link | None = None
    #: Second gesture, a POST. Messages leave it out: a link there only opens a page.
    post: Link | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it says something and no more."""
        return not (self.url or self.note or self.state or self.parts or self.action or self.post)


@dataclass(frozen=True)
class Card:
    #: Identifier of its heading.
    key: str
    #: Place on the desk, lowest first.
    order: int
    title: str
    #: « Rouge. » or « Vert. », of a nightly check.
    verdict: str = ""
    intro: str = ""
    lines: tuple[Line, ...] = ()
    #: What to do, one sentence for each step.
    steps: tuple[str, ...] = ()
    more: Link | None = None
    #: Whether it waits for the person: the message of Monday is written for such cards only.
    asks: bool = True
    #: Whether something is wrong.
    alarms: bool = False


class CardOf(Protocol):
    def __call__(self, user: Account, now: datetime) -> Card | None:
        """Return the card of this user at this moment, or None."""


def cards_for(user: Account, now: datetime) -> list[Card]:
    """Return the cards of this user, in order. The number of queries does not depend on the number of rows."""
    found = (card_of(user, now) for card_of in hooks.get_hooks(HOOK))
    return sorted(filter(None, found), key=lambda card: card.order)
