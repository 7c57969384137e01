"""The links of a page: of its texts, blocks, chosen pages and documents, as they are stored.

Stored data are read, not blocks: a block whose page was deleted has a key in the first and nothing in the second.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.blocks.stream_block import StreamValue
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text.rewriters import extract_attrs

from home.blocks.context import contents
from home.blocks.links import CallToActionBlock
from home.blocks.rich_text import LINK, MISSING_TARGET
from home.prefetch.page_objects import as_key

LONGEST_WORDS = 255
#: Columns of Wagtail's own that name another page, and are no links.
NOT_LINKS = {"alias_of", "page_ptr"}
#: What a call to action shows, by where it leads.
SHOWN_BY_CALL = {"page": "page", "document": "document", "external": "url"}
#: Ids that the templates give to parts of a page (`id="…"`), to which editors may link as well.
TEMPLATE_ANCHORS = frozenset(
    {
        "a-venir", "agenda-personnel", "charte", "contenu", "demande", "demander", "dernier", "dessous", "documents",
        "inscription", "inscriptions", "intervenants", "invitations", "lettre", "nouvelles", "pages", "passes", "proches",
        "prochain", "programme", "rejoindre", "sommaire",
    }
)  # fmt: skip


@dataclass(frozen=True)
class FoundLink:
    """A link: to a page or a document by its key, or to an address as it was typed."""

    #: Where it stands, as editors call the field or block.
    place: str
    #: The words that carry it; empty for a chosen page or document.
    words: str = ""
    page: int | None = None
    document: int | None = None
    address: str = ""


def links_of(page: Any) -> Iterator[FoundLink]:
    """Yield the links of a page and of its child rows, in the order of its fields."""
    yield from links_of_row(page)
    for relation in get_all_child_relations(page):
        for row in getattr(page, relation.get_accessor_name()).all():
            yield from links_of_row(row)


def links_of_row(row: models.Model) -> Iterator[FoundLink]:
    for field in row._meta.concrete_fields:
        place = str(field.verbose_name)
        if isinstance(field, RichTextField):
            yield from rich_text_links(field.value_from_object(row) or "", place)
        elif isinstance(field, StreamField):
            yield from stream_links(field.value_from_object(row))
        elif field.name in getattr(row, "link_fields", ()):
            yield from address_links(field.value_from_object(row), place)
        elif field.name not in NOT_LINKS and is_choice(field):
            yield from chosen(field.related_model, field.value_from_object(row), place)


def is_choice(field: Any) -> bool:
    """Whether editors choose another row there. Child rows name their page too."""
    return isinstance(field, models.ForeignKey) and not isinstance(field, ParentalKey)


def rich_text_links(source: str, place: str) -> Iterator[FoundLink]:
    for match in LINK.finditer(source):
        attrs = extract_attrs(match[1])
        words = " ".join(strip_tags(match[2]).split())[:LONGEST_WORDS]
        kind, key = attrs.get("linktype", ""), as_key(attrs.get("id"))
        if kind == "page":
            yield FoundLink(place, words, page=key or 0)
        elif kind == "document":
            yield FoundLink(place, words, document=key or 0)
        elif attrs.get("href", MISSING_TARGET) != MISSING_TARGET:
            yield FoundLink(place, words, address=attrs["href"].strip())


def address_links(address: Any, place: str) -> Iterator[FoundLink]:
    if isinstance(address, str) and address:
        yield FoundLink(place, address=address.strip())


def chosen(model: Any, key: Any, place: str) -> Iterator[FoundLink]:
    """Yield the link of a chosen page or document; nothing for other rows."""
    if key is None or not isinstance(model, type):
        return
    if issubclass(model, Page):
        yield FoundLink(place, page=as_key(key) or 0)
    elif issubclass(model, get_document_model()):
        yield FoundLink(place, document=as_key(key) or 0)


def stream_links(value: Any) -> Iterator[FoundLink]:
    if isinstance(value, StreamValue):
        yield from raw_links(value.stream_block, list(value.raw_data), "")


def raw_links(block: blocks.Block, raw: Any, place: str) -> Iterator[FoundLink]:
    """Yield the links of a block's stored value. `place` is the label of the block of the body that holds it."""
    if isinstance(block, blocks.RichTextBlock):
        yield from rich_text_links(raw or "", place)
    elif isinstance(block, blocks.URLBlock):
        yield from address_links(raw, place)
    elif isinstance(block, blocks.PageChooserBlock):
        yield from chosen(Page, raw, place)
    elif isinstance(block, DocumentChooserBlock):
        yield from chosen(get_document_model(), raw, place)
    else:
        for inner, held in stored_in(block, raw):
            yield from raw_links(inner, held, place or str(inner.label))


def stored_in(block: blocks.Block, raw: Any) -> Iterable[tuple[blocks.Block, Any]]:
    """Return the blocks inside a block, each with its stored value. What no longer has a block is left out."""
    if isinstance(block, blocks.StreamBlock) and isinstance(raw, list):
        known = block.child_blocks
        return [(known[child["type"]], child["value"]) for child in raw if child["type"] in known]
    if isinstance(block, blocks.ListBlock) and isinstance(raw, list):
        return [(block.child_block, item_of(item)) for item in raw]
    if isinstance(block, TypedTableBlock) and isinstance(raw, dict):
        return cells_of(block, raw)
    if isinstance(block, blocks.StructBlock) and isinstance(raw, dict):
        return [
            (block.child_blocks[name], raw.get(name))
            for name in shown_fields(block, raw)
            if raw.get(name) is not None
        ]
    return []


def item_of(item: Any) -> Any:
    """Return the value of an item of a list block, in the present form or in that without identifiers."""
    return item["value"] if isinstance(item, dict) and item.get("type") == "item" else item


def cells_of(block: TypedTableBlock, raw: dict[str, Any]) -> list[tuple[blocks.Block, Any]]:
    columns = [block.child_blocks.get(column["type"]) for column in raw.get("columns", [])]
    return [
        (column, cell)
        for row in raw.get("rows", [])
        for column, cell in zip(columns, row["values"], strict=False)
        if column is not None
    ]


def shown_fields(block: blocks.StructBlock, raw: dict[str, Any]) -> Iterable[str]:
    """Return the fields that readers meet: a call to action keeps what was chosen for another target."""
    if isinstance(block, CallToActionBlock):
        return ["label", *filter(None, [SHOWN_BY_CALL.get(raw.get("target", ""))])]
    return block.child_blocks


def anchors_of(page: Any) -> set[str]:
    """Return what may follow `#` in an address of the page."""
    body = getattr(page, "body", None)
    headings = contents(body) if isinstance(body, StreamValue) else []
    return {heading.identifier for heading in headings} | TEMPLATE_ANCHORS
