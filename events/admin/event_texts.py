"""The texts of an event that an editor writes: each with its place in the editing form, read or rewritten."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any
from unicodedata import normalize

from django.db import models
from django.utils.html import strip_tags
from wagtail.blocks.stream_block import StreamValue

from events.models import EventPage
from home.models.base import PROMOTE_TAB

BLOCK_TAG = re.compile(r"</?(?:p|li|ul|ol|h\d|br|hr|div)\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"(<[^>]*>)")
#: Fields of the page that are texts, with their tab.
FIELDS = {
    "title": "Annonce",
    "lead": "Annonce",
    "main_image_alt": "Annonce",
    "venue_name": "Pratique",
    "price": "Pratique",
    "meal_note": "Pratique",
    "contact": "Pratique",
    "card_title": PROMOTE_TAB,
    "seo_title": PROMOTE_TAB,
    "search_description": PROMOTE_TAB,
}
STREAMS = {"body": "Contenu", "speakers": "Intervenant·es"}
ROWS = {
    "sessions": ("Session", ("title", "text", "speakers")),
    "questions": ("Question", ("label", "help_text", "choices")),
}


@dataclass(frozen=True)
class EventText:
    """A text as stored, plain or HTML. `key` tells it from the others of the event; `place` is the editor's fragment."""

    key: str
    where: str
    place: str
    source: str

    @property
    def plain(self) -> str:
        return plain_text(self.source)


#: Called with each text, it returns the text to keep.
Rewrite = Callable[[EventText], str]


def plain_text(source: str) -> str:
    """Return a stored text without tags, in form NFC; the ends of paragraphs become vertical bars."""
    text = unescape(strip_tags(BLOCK_TAG.sub(" | ", source)))
    return normalize("NFC", re.sub(r"(?:\s*\|\s*)+", " | ", text).strip(" |"))


def texts_of(event: EventPage) -> list[EventText]:
    """Return the texts that are not empty."""
    found: list[EventText] = []

    def keep(text: EventText) -> str:
        found.append(text)
        return text.source

    rewrite_texts(event, keep)
    return [text for text in found if text.source]


def rewrite_texts(event: EventPage, rewrite: Rewrite) -> list[str]:
    """Put in place of each text of this version what `rewrite` returns. Return the keys of those that changed."""
    changed: list[str] = []

    def rewritten(text: EventText) -> str:
        new = rewrite(text)
        if new != text.source:
            changed.append(text.key)
        return new

    _rewrite_fields(event, rewritten)
    _rewrite_streams(event, rewritten)
    _rewrite_rows(event, rewritten)
    return changed


def _rewrite_fields(event: EventPage, rewrite: Rewrite) -> None:
    for name, tab in FIELDS.items():
        label = str(event._meta.get_field(name).verbose_name)
        where = f"{tab}, {label}"
        text = EventText(name, where, f":w:contentpath={name}", getattr(event, name))
        setattr(event, name, rewrite(text))


def _rewrite_streams(event: EventPage, rewrite: Rewrite) -> None:
    for name, label in STREAMS.items():
        stream: StreamValue = getattr(event, name)
        raw = list(stream.get_prep_value())
        new = []
        for number, block in enumerate(raw, start=1):
            kind = stream.stream_block.child_blocks[block["type"]].label
            where, path = f"{label}, bloc {number} («\u00a0{kind}\u00a0»)", f"{name}.{block['id']}"
            new.append(block | {"value": _rewritten(block["value"], path, where, rewrite)})
        if new != raw:
            setattr(event, name, StreamValue(stream.stream_block, new, is_lazy=True))


def _rewritten(value: Any, path: str, where: str, rewrite: Rewrite) -> Any:
    """Return a raw block value with its texts rewritten."""
    if isinstance(value, str):
        return rewrite(EventText(path, where, f":w:contentpath={path}", value))
    if isinstance(value, list):
        return [
            one | {"value": _rewritten(one["value"], f"{path}.{one['id']}", where, rewrite)}
            if is_item(one)
            else _rewritten(one, f"{path}.{number}", where, rewrite)
            for number, one in enumerate(value)
        ]
    if isinstance(value, dict):
        return {
            name: _rewritten(one, f"{path}.{name}", where, rewrite) for name, one in value.items()
        }
    return value


def is_item(value: Any) -> bool:
    return isinstance(value, dict) and {"type", "value", "id"} <= value.keys()


def _rewrite_rows(event: EventPage, rewrite: Rewrite) -> None:
    for relation, (label, names) in ROWS.items():
        rows: list[models.Model] = list(getattr(event, relation).all())
        for number, row in enumerate(rows):
            where = f"{label} «\u00a0{row}\u00a0»"
            for name in names:
                place = f"inline_child_{relation}-{number}-panel"
                key = f"{relation}.{number}.{name}"
                setattr(row, name, rewrite(EventText(key, where, place, getattr(row, name))))
        setattr(event, relation, rows)


def reword(source: str, old: str, new: str) -> str:
    """Replace words outside tags. Nothing changes where a tag or an entity stands among them."""
    source = normalize("NFC", source)
    parts = TAG.split(source)
    return "".join(one if TAG.fullmatch(one) else one.replace(old, new) for one in parts)
