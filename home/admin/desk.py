"""Cards of the desk: what waits for a person of the team, on the dashboard and in the message of Monday.

Each app registers functions with the hook `register_desk_cards`. A function takes the user and the present moment, and
returns a card, or None when there is nothing or the user's rights do not cover it. Texts are plain, in French: the screen,
the text of the message and its HTML are written from the same card.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from wagtail import hooks

from home.access import Account
from home.mail.outbox import absolute_url

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


# In a message


def for_message(cards: Iterable[Card]) -> list[Card]:
    """Return the cards with absolute addresses, without the gestures that a link cannot make."""
    return [
        replace(
            card,
            lines=tuple(
                replace(
                    line,
                    url=line.url and absolute_url(line.url),
                    parts=tuple(map(absolute, line.parts)),
                    action=line.action and absolute(line.action),
                    post=None,
                )
                for line in card.lines
            ),
            more=card.more and absolute(card.more),
        )
        for card in cards
    ]


def absolute(link: Link) -> Link:
    return replace(link, url=link.url and absolute_url(link.url))


def in_text(cards: Iterable[Card]) -> str:
    """Return the cards as plain text, a blank line between two of them."""
    return "\n\n".join("\n".join(filter(None, text_lines(card))) for card in cards)


def text_lines(card: Card) -> Iterator[str]:
    yield card.title
    yield " ".join(filter(None, (card.verdict, card.intro)))
    for line in card.lines:
        yield f"- {line.text}{f' ({line.state})' if line.state else ''}"
        links = (*line.parts, *filter(None, [line.action]))
        said = [line.url, line.note, *(in_one_line(link) for link in links)]
        yield from (f"  {one}" for one in said if one)
    yield from card.steps
    if card.more:
        yield in_one_line(card.more)


def in_one_line(link: Link) -> str:
    return f"{link.label}\u00a0: {link.url}" if link.url else link.label
