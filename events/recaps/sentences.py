"""Sentences of a recap chosen by the facts of its event, with holes for everything that was said there."""

from collections.abc import Iterator
from html import escape
from typing import Any

from events.models import EventPage
from events.models.attendance import Attendance
from home.blocks.holes import HOLE
from home.french import count_of, date_range
from home.page_import.notes import Block, heading_block

LONGEST_TITLE = 255
LESSONS = "Ce que nous retenons"
#: Articles that French joins with « à ».
CONTRACTIONS = {"Le ": "au ", "Les ": "aux "}
#: Fewer than two do not meet.
A_MEETING = 2


def title_of(event: EventPage) -> str:
    """Return the title of the recap, without a colon of ours: many titles of events have one."""
    named = event.title if "«" in event.title else f"«\u00a0{event.title}\u00a0»"
    if len(named) + len("Retour sur ") > LONGEST_TITLE:
        named = event.title
    return f"Retour sur {named}"[:LONGEST_TITLE]


def lead_of(event: EventPage, attendance: Attendance) -> str:
    """Return the lead as rich text: when, who, where, and a hole for what it was about."""
    sentence = f"{when(event)}, {met(attendance)} {where(event)}."
    return f"<p>{escape(sentence, quote=False)} Au cœur des échanges\u00a0: {HOLE}.</p>"


def when(event: EventPage) -> str:
    if event.starts_at is None:
        return HOLE
    return date_range(event.starts_at, event.ends_at, all_day=True)


def met(attendance: Attendance) -> str:
    if attendance.people < A_MEETING:
        return "la rencontre a eu lieu"
    return f"{people_of(attendance)} se sont retrouvé·es"


def people_of(attendance: Attendance) -> str:
    """« 38 participant·es de 21 structures »: the structures where several were told."""
    people = count_of(attendance.people, "participant·e,participant·es")
    if attendance.structures < A_MEETING:
        return people
    return f"{people} de {count_of(attendance.structures, 'structure')}"


def where(event: EventPage) -> str:
    if event.mode == EventPage.Mode.ONLINE:
        return "en ligne"
    town = in_town(event.venue_town) if event.venue_town else ""
    venue = f"({event.venue_name})" if town and event.venue_name else event.venue_name
    place = " ".join(part for part in (town, venue) if part) or f"à {HOLE}"
    return f"{place} et en ligne" if event.mode == EventPage.Mode.HYBRID else place


def in_town(town: str) -> str:
    """« à Amiens », « au Touquet », « aux Mureaux »."""
    for article, contracted in CONTRACTIONS.items():
        if town.startswith(article):
            return contracted + town.removeprefix(article)
    return f"à {town}"


def body_of(event: EventPage, attendance: Attendance) -> Iterator[Block]:
    """Yield the blocks of the draft: speakers, numbers, each session to tell, and what is to be remembered."""
    if event.speakers:
        people = [speaker_value(one.value) for one in event.speakers]
        yield {"type": "speakers", "value": {"title": "Avec", "speakers": people}}
    if attendance.people >= A_MEETING:
        yield {"type": "key_figures", "value": {"figures": list(figures_of(attendance))}}
    for session in event.sessions.all():
        yield heading_block(session.title)
        speakers = f"Avec {session.speakers}. " if session.speakers else ""
        yield {
            "type": "paragraph",
            "value": f"<p>{escape(speakers, quote=False)}{HOLE}</p>",
        }
    yield heading_block(LESSONS)
    yield {"type": "paragraph", "value": f"<p>{HOLE}</p>"}


def speaker_value(speaker: Any) -> dict[str, Any]:
    names = ("name", "role", "organisation", "url")
    return {name: speaker.get(name) or "" for name in names} | {"portrait": None}


def figures_of(attendance: Attendance) -> Iterator[dict[str, str]]:
    yield {"number": str(attendance.people), "label": "participant·es"}
    if attendance.structures >= A_MEETING:
        yield {"number": str(attendance.structures), "label": "structures"}
