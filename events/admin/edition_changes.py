"""The fields of an event that differ from those of its former edition, each in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import zip_longest
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import Truncator
from wagtail.blocks.stream_block import StreamValue

from events.admin.event_texts import plain_text
from events.models import EventPage
from home.french import count_of, hour, long_date

#: Names of fields where the panel or the guide has another word than the model.
LABELS = {
    "slug": "adresse",
    "seo_title": "titre pour les moteurs de recherche",
    "first_published_at": "publié le",
    "themes": "thèmes",
}
#: Rows of the page with the name of one of them.
ROWS = {
    "sessions": "session",
    "questions": "question",
    "attachments": "document joint",
    "related_pages": "contenu lié",
}
EMPTY = "vide"
LONGEST = 160


@dataclass(frozen=True)
class Changed:
    """A field with its values then and now. `place` is the fragment that opens the editor at the field."""

    name: str
    what: str
    old: str
    new: str
    place: str


@cache
def edited_fields() -> tuple[list[str], dict[str, list[str]]]:
    """Return the names of the fields that the editing form has: of the page, and of the rows of each relation.

    Fields of the form that keep nothing on the page, such as the date of its review, are left out.
    """
    options = EventPage.get_edit_handler().get_form_options()
    rows = {name: options["formsets"][name]["fields"] for name in ROWS}
    kept = {field.name for field in EventPage._meta.get_fields()} | {"themes"}
    return [name for name in options["fields"] if name in kept], rows


def changes_of(edition: EventPage, former: EventPage) -> list[Changed]:
    """Return all fields that differ, in the order of the form, then rows of the same rank."""
    fields, rows = edited_fields()
    changed = [*_of_fields(edition, former, fields)]
    for relation, names in rows.items():
        changed += _of_rows(relation, names, edition, former)
    return changed


def _of_fields(edition: EventPage, former: EventPage, names: list[str]) -> Iterator[Changed]:
    for name in names:
        if _stored(edition, name) != _stored(former, name):
            old, new = in_words(former, name), in_words(edition, name)
            yield Changed(name, label_of(edition, name), old, new, f":w:contentpath={name}")


def _of_rows(
    relation: str, names: list[str], edition: EventPage, former: EventPage
) -> Iterator[Changed]:
    pairs = zip_longest(getattr(former, relation).all(), getattr(edition, relation).all())
    for number, (old, new) in enumerate(pairs):
        place = f"inline_child_{relation}-{number}-panel"
        what = f"{ROWS[relation]} «\u00a0{new or old}\u00a0»"
        if old is None or new is None:
            was, now = ("", "ajoutée") if new else ("présente", "retirée")
            yield Changed(f"{relation}.{number}", what, was, now, place)
            continue
        for name in names:
            before, after = _told(old, name, former), _told(new, name, edition)
            if before != after:
                label = f"{what}, {label_of(new, name)}"
                yield Changed(f"{relation}.{number}.{name}", label, before, after, place)


def _told(row: Any, name: str, event: EventPage) -> str:
    """Return the row's value in words; a question's session is told by its title, since its key is another one."""
    if name != "session_uuid":
        return in_words(row, name)
    titles = {session.uuid: session.title for session in event.sessions.all()}
    return titles.get(row.session_uuid, "tout le monde")


def _stored(page: EventPage, name: str) -> Any:
    if name == "themes":
        return sorted(theme.pk for theme in page.themes)
    field = page._meta.get_field(name)
    value = getattr(page, field.attname)
    if isinstance(value, StreamValue):
        return _without_keys(list(value.raw_data))
    return value


def _without_keys(value: Any) -> Any:
    """Return the raw blocks without their identifiers."""
    if isinstance(value, list):
        return [_without_keys(one) for one in value]
    if isinstance(value, dict) or hasattr(value, "items"):
        return {name: _without_keys(one) for name, one in value.items() if name != "id"}
    return value


def label_of(instance: models.Model, name: str) -> str:
    if name in LABELS:
        return LABELS[name]
    try:
        field: Any = instance._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(field.verbose_name)


def in_words(instance: Any, name: str) -> str:
    value = getattr(instance, name)
    choices = getattr(instance, f"get_{name}_display", None)
    if choices:
        return str(choices())
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{long_date(value)}, {hour(value)}"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, StreamValue):
        return stream_in_words(value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or EMPTY
    return Truncator(plain_text(str(value))).chars(LONGEST) if value not in (None, "") else EMPTY


def stream_in_words(value: StreamValue) -> str:
    """Return the text of the blocks, or their number if they have none."""
    dates = [long_date(child.value) for child in value if isinstance(child.value, datetime)]
    text = " · ".join([*dates, *filter(None, value.stream_block.get_searchable_content(value))])
    return Truncator(plain_text(text)).chars(LONGEST) or (
        count_of(len(value), "bloc") if value else EMPTY
    )
