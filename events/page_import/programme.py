"""Turn a file's header and body into programme and practical blocks. No word of the body is lost."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from home.french import fold
from home.page_import.parsed_blocks import Block
from home.page_import.rich_text import read_inline, rich, words
from home.page_import.yaml_table import PARIS

#: Block types that belong to the session above them; any other type ends it.
SESSION_TEXT = ("paragraph", "list")
LONGEST_TITLE = 80
HOURS = re.compile(r"\d{1,2} ?h ?(?:\d{2})?\b", re.IGNORECASE)
CONNECTIVES = frozenset(
    [
        "le",
        "la",
        "les",
        "l",
        "du",
        "de",
        "des",
        "d",
        "au",
        "aux",
        "a",
        "en",
        "et",
        "jusqu",
        "dans",
        "salle",
        "ou",
        "rdv",
        "rendez",
        "vous",
    ]
)
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
MONTHS = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
]


@dataclass(frozen=True)
class SessionSpec:
    """A session from the file's header."""

    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int | None
    text: str
    line: int

    @property
    def html(self) -> str:
        parts = [rich(read_inline(part, {})) for part in re.split(r"\n\s*\n", self.text)]
        return "".join(f"<p>{part}</p>" for part in parts if part)

    @property
    def hours(self) -> list[str]:
        """Start and end as programmes write them: `9h30`, `12h30`."""
        moments = [moment for moment in (self.starts_at, self.ends_at) if moment]
        return [hour_of(moment) for moment in moments]

    def is_headed_by(self, text: str) -> bool:
        """Whether a line of the body is this session's heading: its title, and no hours but its own."""
        said, title = fold(HOURS.sub(" ", text)), fold(self.title)
        hours = {hour.replace(" ", "").lower() for hour in HOURS.findall(text)}
        return said.split() == title.split() and hours <= set(self.hours)

    def heading(self, text: str) -> dict[str, Any]:
        """Return title, start and end; or the whole line as title, without hours, if it is worded otherwise."""
        title = self.title.split()
        usual = [title, [*title, ":", *" – ".join(self.hours).split()]]
        clocks = [moment and moment.time() for moment in (self.starts_at, self.ends_at)]
        if text.split() in usual:
            return {"title": self.title, "start": clocks[0], "end": clocks[1]}
        return {"title": " ".join(text.split()), "start": None, "end": None}


def hour_of(moment: datetime) -> str:
    local = moment.astimezone(PARIS)
    return f"{local.hour}h{local.minute:02}" if local.minute else f"{local.hour}h"


def weave_programme(blocks: list[Block], sessions: list[SessionSpec]) -> list[Block]:
    """Gather the sessions that the body presents, with the text below each, into one programme block.

    Unless the body presents all of them in order, it is left as it is: the page then shows the timetable
    of its sessions.
    """
    places = find_sessions(blocks, sessions)
    if not places:
        return blocks
    first, last = places[0], end_of_text(blocks, places[-1])
    rows = []
    for spec, start, stop in zip(sessions, places, [*places[1:], last], strict=True):
        text = "".join(block.value for block in blocks[start + 1 : stop])
        rows.append(session_value(spec, line_of_text(blocks[start]), text + spec.html))
    title = ""
    if first and is_programme_title(blocks[first - 1]):
        first -= 1
        title = words(blocks[first].value)
    programme = Block("programme", {"title": title, "sessions": rows}, blocks[first].line)
    return [*blocks[:first], programme, *blocks[last:]]


def session_value(spec: SessionSpec, line: str, text: str) -> dict[str, Any]:
    heading = spec.heading(line)
    clocks = {name: heading[name] and f"{heading[name]:%H:%M}" for name in ("start", "end")}
    return {"title": heading["title"], **clocks, "text": text, "speakers": ""}


def find_sessions(blocks: list[Block], sessions: list[SessionSpec]) -> list[int] | None:
    """Return the index of each session's heading, or None unless all follow each other with only text between."""
    places: list[int] = []
    for spec in sessions:
        start = places[-1] + 1 if places else 0
        stop = end_of_text(blocks, places[-1]) + 1 if places else len(blocks)
        found = [
            at
            for at in range(start, min(stop, len(blocks)))
            if spec.is_headed_by(line_of_text(blocks[at]))
        ]
        if not found:
            return None
        places.append(found[0])
    return places


def end_of_text(blocks: list[Block], start: int) -> int:
    """Return the index of the first block after a session's heading that is not part of its text."""
    stop = start + 1
    while stop < len(blocks) and blocks[stop].kind in SESSION_TEXT:
        stop += 1
    return stop


def line_of_text(block: Block) -> str:
    if block.kind == "heading":
        return block.value["text"]
    return words(block.value) if block.kind == "paragraph" else ""


def is_programme_title(block: Block) -> bool:
    text = words(block.value) if block.kind == "paragraph" else ""
    begins = re.match(r"(?:au |le |notre )?programme\b", text, re.IGNORECASE)
    return bool(begins) and len(text) <= LONGEST_TITLE and "<a" not in block.value


def weave_practical(blocks: list[Block], fields: dict[str, Any]) -> list[Block]:
    """Merge two or more consecutive lines that only repeat date, hours and place into a practical block."""
    known = vocabulary(fields)
    woven: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, Block("end", "", 0)]:
        if block.kind == "paragraph" and says_only(words(block.value), known):
            run.append(block)
            continue
        woven += [practical_block(run)] if len(run) > 1 else run
        run = []
        woven.append(block)
    return woven[:-1]


def practical_block(run: list[Block]) -> Block:
    return Block("practical", {"text": "".join(block.value for block in run)}, run[0].line)


def says_only(text: str, known: frozenset[str]) -> bool:
    said = set(fold(HOURS.sub(" ", text)).split()) - CONNECTIVES
    return said <= known and bool(said or HOURS.search(text))


def vocabulary(fields: dict[str, Any]) -> frozenset[str]:
    """Return the words that a line may use to repeat when and where the event takes place."""
    start, end = fields["starts_at"], fields["announced_end"] or fields["starts_at"]
    days = [start + timedelta(days=day) for day in range(min((end - start).days, 30) + 1)] + [end]
    said: set[str] = {"1er"} if any(day.day == 1 for day in days) else set()
    for day in days:
        said |= {str(day.day), str(day.year), MONTHS[day.month - 1], WEEKDAYS[day.weekday()]}
    for name in ("venue_name", "venue_street", "venue_postcode", "venue_town"):
        said |= set(fold(fields[name]).split())
    return frozenset(said)
