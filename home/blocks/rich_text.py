"""Rich text as a visitor gets it: links that they may follow, nothing said of what they may not see.

A stored link names a page or a document by its key. For someone who may not have it, the whole link, its words
included (they are often the file's name), becomes one sentence. `<a href="#">` marks a link whose target is still
missing: the public reads its words, the editor finds it in the page's checks.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils.html import escape
from django.utils.safestring import SafeString
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.models import Page
from wagtail.rich_text import RichText, get_text_for_indexing
from wagtail.rich_text.rewriters import extract_attrs

from home.french import typo_html
from home.markup import as_markup
from home.prefetch.page_objects import Shelf, current_shelf, shelf_of

RESERVED = '<span class="reserved">Réservé aux membres du réseau</span>'
LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL | re.IGNORECASE)
SAFE_ADDRESS = re.compile(r"https?://|mailto:|tel:|/(?!/)|#.", re.IGNORECASE)
MISSING_TARGET = "#"

#: What a short text may hold, and a long one.
INLINE = ["bold", "italic", "link", "document-link"]
FLOWING = [*INLINE, "ol", "ul"]


class RichBlock(blocks.RichTextBlock):
    """A rich text whose linked pages and documents are fetched with those of the rest of the page."""

    def to_python(self, value: Any) -> RichText:
        shelf = current_shelf()
        if shelf is not None and shelf.collecting:
            want_links(shelf, value or "")
        return super().to_python(value)

    def get_searchable_content(self, value: RichText) -> list[str]:
        """The words that the public reads: those of a link to something private are not among them."""
        return [get_text_for_indexing(str(as_html(value.source, Shelf(AnonymousUser()))))]

    def render_basic(self, value: RichText, context: dict[str, Any] | None = None) -> SafeString:
        return as_html(value.source, shelf_of((context or {}).get("request")))


def as_html(source: str, shelf: Shelf) -> SafeString:
    """The HTML of a stored rich text for the visitor of this shelf."""
    want_links(shelf, source)
    linked = LINK.sub(lambda match: link_html(extract_attrs(match[1]), match[2], shelf), source)
    return as_markup(typo_html(linked), because="stored rich text, cleaned when it was saved")


def link_html(attrs: dict[str, str], words: str, shelf: Shelf) -> str:
    model = model_of(attrs)
    if model is None:
        href = attrs.get("href", MISSING_TARGET)
        return f'<a href="{escape(href)}">{words}</a>' if SAFE_ADDRESS.match(href) else words
    target = shelf.get(model, attrs.get("id"))
    if target is None:
        return words
    if not shelf.is_open(target):
        return RESERVED
    return f'<a href="{escape(target.url)}">{words}</a>'


def model_of(attrs: dict[str, str]) -> type[Model] | None:
    """The kind of object to which a stored link leads, None when it is an address."""
    kinds: dict[str, type[Model]] = {"page": Page, "document": get_document_model()}
    return kinds.get(attrs.get("linktype", ""))


def want_links(shelf: Shelf, source: str) -> None:
    for match in LINK.finditer(source):
        attrs = extract_attrs(match[1])
        model = model_of(attrs)
        if model is not None:
            shelf.want(model, [attrs.get("id")])


def missing_targets(source: str) -> Iterator[str]:
    """The words of the links whose target is still missing."""
    for match in LINK.finditer(source):
        if extract_attrs(match[1]).get("href") == MISSING_TARGET:
            yield re.sub(r"<[^>]+>", "", match[2])


def without_links(source: str) -> str:
    """The same text, with the words of its links and not the links."""
    return LINK.sub(r"\2", source)
