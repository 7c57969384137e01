"""The notes of a meeting put in its recap: each part below the heading that it belongs to."""

from collections.abc import Iterator, Sequence
from typing import Any

from events.models import RecapPage
from events.recaps.sentences import LESSONS
from home.access import Account
from home.blocks.holes import HOLE
from home.french import fold
from home.page_import.notes import Block, blocks_of


def add_notes(*, recap: RecapPage, notes: str, by: Account) -> None:
    """Put the notes in the latest draft of a recap, as a new revision of it."""
    draft: Any = recap.get_latest_revision_as_object()
    titles = [session.title for session in draft.event.sessions.all()] if draft.event else []
    draft.body = with_notes(list(draft.body.raw_data), blocks_of(notes, titles))
    draft.save_revision(user=by, log_action=True, changed=True)


def with_notes(body: Sequence[Block], notes: Sequence[Block]) -> list[Block]:
    """Return the body with the notes: under a heading of the same words, whose hole they fill, or before the end."""
    parts = list(parts_of(body))
    for part in parts_of(notes):
        same = next(
            (one for one in parts if heading_of(part) and heading_of(one) == heading_of(part)), None
        )
        if same is None:
            parts.insert(place_of(part, parts), part)
        else:
            same[:] = [block for block in same if not is_hole(block)] + part[1:]
    return [block for part in parts for block in part]


def parts_of(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the blocks up to the first heading, if any, then each heading with what is below it."""
    part: list[Block] = []
    for block in blocks:
        if block["type"] == "heading" and part:
            yield part
            part = []
        part.append(block)
    if part:
        yield part


def heading_of(part: Sequence[Block]) -> str:
    first = part[0]
    return fold(first["value"]["text"]).strip() if first["type"] == "heading" else ""


def is_hole(block: Block) -> bool:
    return block["type"] == "paragraph" and block["value"] == f"<p>{HOLE}</p>"


def place_of(part: Sequence[Block], parts: Sequence[Sequence[Block]]) -> int:
    """Return where a part of the notes goes: what has no heading before the first one, others before the lessons."""
    headings = [heading_of(one) for one in parts]
    lessons = fold(LESSONS).strip()
    if not heading_of(part):
        return next((place for place, heading in enumerate(headings) if heading), len(parts))
    return headings.index(lessons) if lessons in headings else len(parts)
