"""The points of a new edition's draft that an editor has to look at: left from last time, or not sure any more."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wagtail.blocks.stream_block import StreamValue

from events.admin.event_texts import EventText, reword, rewrite_texts, texts_of
from events.admin.new_edition import new_dates
from events.models import EventPage
from events.models.dates import local
from events.models.shift import days_of
from home.french import long_date
from home.french.dates import DAYS
from home.french.dates_in_text import foreign_dates
from home.french.new_dates import NewDates

#: Length of the text shown on each side of a date.
AROUND = 45
WEEKEND = 5
RANK = re.compile(
    r"\b(?:\d+(?:e|è|ème|ᵉ)|1(?:re|er)|premi(?:er|ère)|deuxième|second(?:e)?|troisième|quatrième|cinquième|sixième|"
    r"septième|huitième|neuvième|dixième)\b",
    re.IGNORECASE,
)
LINKED_DOCUMENT = 'linktype="document"'


@dataclass(frozen=True)
class OldDate:
    """A date in a text that is not of this edition. `new` may be written in its place; empty if nobody can tell."""

    text: EventText
    start: int
    old: str
    new: str = ""

    @property
    def key(self) -> str:
        return f"{self.text.key}|{self.old}"

    @property
    def before(self) -> str:
        return self.text.plain[: self.start].rpartition(" | ")[2][-AROUND:]

    @property
    def after(self) -> str:
        return self.text.plain[self.start + len(self.old) :].partition(" | ")[0][:AROUND]


@dataclass(frozen=True)
class FormerSpeaker:
    """Somebody who spoke last time and is not in this edition."""

    key: str
    name: str
    role: str = ""


@dataclass(frozen=True)
class Doubt:
    """A sentence, and the fragment that opens the editor at its field."""

    sentence: str
    place: str


def dates_between(edition: EventPage, former: EventPage) -> NewDates | None:
    """Return the days of both editions, None while one has no date."""
    if edition.starts_at is None or former.starts_at is None:
        return None
    return new_dates(former, local(edition.starts_at).date())


def old_dates(edition: EventPage, former: EventPage) -> list[OldDate]:
    """Return the dates and years in the edition's texts that are not its own, once for each text."""
    own, dates = set(days_of(edition)), dates_between(edition, former)
    found = {one.key: one for text in texts_of(edition) for one in _in_text(text, own, dates)}
    return list(found.values())


def _in_text(text: EventText, own: set[date], dates: NewDates | None) -> Iterator[OldDate]:
    rewordings = dates.rewordings(text.plain) if dates else []
    foreign = {one.start: one.text for one in foreign_dates(text.plain, own)}
    for start, old, new in rewordings:
        inside = [at for at in foreign if start <= at < start + len(old)]
        if inside or old[:4].isdecimal():
            foreign.pop(inside[0], None) if inside else None
            possible = reword(text.source, old, new) != text.source
            yield OldDate(text, start, old, new if possible else "")
    yield from (OldDate(text, start, old) for start, old in foreign.items())


def write_new_dates(edition: EventPage, chosen: Iterable[OldDate]) -> int:
    """Write the new dates in the edition's texts, without saving it. Return the number of texts that changed."""
    by_text: dict[str, list[OldDate]] = {}
    for one in chosen:
        by_text.setdefault(one.text.key, []).append(one)

    def rewrite(text: EventText) -> str:
        source = text.source
        # Longest first: « 2026 » is also in « 12 mars 2026 ».
        for one in sorted(by_text.get(text.key, []), key=lambda one: -len(one.old)):
            source = reword(source, one.old, one.new) if one.new else source
        return source

    return len(rewrite_texts(edition, rewrite))


def former_speakers(edition: EventPage, former: EventPage) -> list[FormerSpeaker]:
    """Return those of the event, then those of its sessions, without the ones taken back."""
    here = {block.value["name"] for block in edition.speakers}
    found = [
        FormerSpeaker(str(block.id), block.value["name"], role_of(block.value))
        for block in former.speakers
        if block.value["name"] not in here
    ]
    pairs = zip(former.sessions.all(), edition.sessions.all(), strict=False)
    for number, (before, now) in enumerate(pairs):
        if before.speakers and not now.speakers:
            session = f"session «\u00a0{now.title}\u00a0»"
            found.append(FormerSpeaker(f"session-{number}", before.speakers, session))
    return found


def role_of(speaker: Any) -> str:
    return ", ".join(part for part in (speaker["role"], speaker["organisation"]) if part)


def take_back(edition: EventPage, former: EventPage, keys: set[str]) -> None:
    """Put back speakers of last time, without saving the edition."""
    stream: StreamValue = edition.speakers
    before: StreamValue = former.speakers
    back = [raw for raw in before.get_prep_value() if str(raw["id"]) in keys]
    blocks = [*stream.get_prep_value(), *back]
    speakers: Any = StreamValue(stream.stream_block, blocks, is_lazy=True)
    edition.speakers = speakers
    sessions = list(edition.sessions.all())
    for number, (was, session) in enumerate(zip(former.sessions.all(), sessions, strict=False)):
        if f"session-{number}" in keys:
            session.speakers = was.speakers
    edition.sessions = sessions


def doubts(edition: EventPage, former: EventPage, now: datetime) -> Iterator[Doubt]:
    """Yield what nobody but the editor knows."""
    yield from _of_days(edition, former, local(now).date())
    if edition.online_url and edition.online_url == former.online_url:
        sentence = f"La visioconférence a l’adresse de la dernière fois\u00a0: {edition.online_url}"
        yield Doubt(sentence, ":w:contentpath=online_url")
    if edition.outside_form_url and edition.outside_form_url == former.outside_form_url:
        sentence = f"Le formulaire est celui de la dernière fois\u00a0: {edition.outside_form_url}"
        yield Doubt(sentence, ":w:contentpath=outside_form_url")
    if rank := RANK.search(edition.title):
        sentence = f"Le titre dit «\u00a0{rank[0]}\u00a0»\u00a0: est-ce encore vrai\u00a0?"
        yield Doubt(sentence, ":w:contentpath=title")
    yield from _of_documents(edition, former)
    yield from _of_blocks(edition)


def _of_days(edition: EventPage, former: EventPage, today: date) -> Iterator[Doubt]:
    for number, (what, deadline) in enumerate(deadlines(edition)):
        if deadline and deadline < today:
            place = f"inline_child_sessions-{number - 1}-panel" if number else ""
            sentence = f"{what} est déjà passée\u00a0: {long_date(deadline)}."
            yield Doubt(sentence, place or ":w:contentpath=registration_deadline")
    if edition.starts_at is None or former.starts_at is None:
        return
    day, last = local(edition.starts_at).weekday(), local(former.starts_at).weekday()
    if day >= WEEKEND > last:
        sentence = f"Le premier jour est un {DAYS[day]}, c’était un {DAYS[last]}."
        yield Doubt(sentence, ":w:contentpath=starts_at")


def deadlines(event: EventPage) -> Iterator[tuple[str, date | None]]:
    """Yield the event's deadline, then each session's, with its name."""
    yield "La date limite d’inscription", event.registration_deadline
    for session in event.sessions.all():
        yield f"La date limite de la session «\u00a0{session}\u00a0»", session.deadline


def _of_documents(edition: EventPage, former: EventPage) -> Iterator[Doubt]:
    before = {one.document_id for one in former.attachments.all()}
    for number, one in enumerate(edition.attachments.all()):
        if one.document_id in before:
            sentence = f"Document joint de la dernière fois\u00a0: «\u00a0{one}\u00a0»"
            yield Doubt(sentence, f"inline_child_attachments-{number}-panel")
    for text in texts_of(edition):
        if LINKED_DOCUMENT in text.source:
            yield Doubt(f"Un document est lié dans le texte\u00a0: {text.where}", text.place)


def _of_blocks(edition: EventPage) -> Iterator[Doubt]:
    for block in edition.body:
        place = f":w:contentpath=body.{block.id}"
        if block.block_type == "download":
            yield Doubt("Un document à télécharger est dans le contenu.", place)
        if block.block_type == "speakers":
            names = ", ".join(one["name"] for one in block.value["speakers"])
            yield Doubt(f"Intervenant·es du contenu\u00a0: {names}", place)
        if block.block_type == "programme":
            names = ", ".join(one["speakers"] for one in block.value["sessions"] if one["speakers"])
            if names:
                yield Doubt(f"Intervenant·es du programme\u00a0: {names}", place)
