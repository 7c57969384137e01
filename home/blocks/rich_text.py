"""Rich text rendering with access checks: links to pages and documents that the visitor may not see are masked.

A stored link refers to a page or document by primary key. Without access, the whole link is replaced by one sentence,
label included, since the label is often the file's name. `<a href="#">` marks a link whose target is still missing:
the public gets its label as plain text, and the content checks report it to the editor.
"""

import re
from collections.abc import Iterator
from html import unescape
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
from home.prefetch.page_objects import PageObjects, current_objects, page_objects_of

RESERVED = '<span class="reserved">Réservé aux membres du réseau</span>'
LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL | re.IGNORECASE)
SAFE_ADDRESS = re.compile(r"https?://|mailto:|tel:|/(?!/)|#.", re.IGNORECASE)
MISSING_TARGET = "#"

#: Rich text features of short texts (INLINE) and of long ones (FLOWING).
INLINE = ["bold", "italic", "link", "document-link"]
FLOWING = [*INLINE, "ol", "ul"]


class RichBlock(blocks.RichTextBlock):
    """A rich text block whose link targets are prefetched with the other objects of the page."""

    def to_python(self, value: Any) -> RichText:
        objects = current_objects()
        if objects is not None and objects.collecting:
            want_links(objects, value or "")
        return super().to_python(value)

    def get_searchable_content(self, value: RichText) -> list[str]:
        """Return the text as the public sees it, without the labels of links to private pages and documents."""
        return [get_text_for_indexing(str(as_html(value.source, PageObjects(AnonymousUser()))))]

    def render_basic(self, value: RichText, context: dict[str, Any] | None = None) -> SafeString:
        return as_html(value.source, page_objects_of((context or {}).get("request")))


def as_html(source: str, objects: PageObjects) -> SafeString:
    """Render a stored rich text for the visitor of these objects."""
    want_links(objects, source)
    linked = LINK.sub(lambda match: link_html(extract_attrs(match[1]), match[2], objects), source)
    return as_markup(typo_html(linked), because="stored rich text, cleaned when it was saved")


def link_html(attrs: dict[str, str], words: str, objects: PageObjects) -> str:
    model = model_of(attrs)
    if model is None:
        href = attrs.get("href", MISSING_TARGET)
        return f'<a href="{escape(href)}">{words}</a>' if SAFE_ADDRESS.match(href) else words
    target = objects.get(model, attrs.get("id"))
    if target is None:
        return words
    if not objects.is_open(target):
        return RESERVED
    # A page that is below no site has no address.
    return f'<a href="{escape(target.url)}">{words}</a>' if target.url else words


def model_of(attrs: dict[str, str]) -> type[Model] | None:
    """Return the model of a stored link's target, None for an external URL."""
    kinds: dict[str, type[Model]] = {"page": Page, "document": get_document_model()}
    return kinds.get(attrs.get("linktype", ""))


def want_links(objects: PageObjects, source: str) -> None:
    for match in LINK.finditer(source):
        attrs = extract_attrs(match[1])
        model = model_of(attrs)
        if model is not None:
            objects.want(model, [attrs.get("id")])


def missing_targets(source: str) -> Iterator[str]:
    """Yield the labels of the links whose target is still missing."""
    for match in LINK.finditer(source):
        if extract_attrs(match[1]).get("href") == MISSING_TARGET:
            yield re.sub(r"<[^>]+>", "", match[2])


def link_labels(source: str) -> Iterator[str]:
    """Yield the words of each link, without markup."""
    for match in LINK.finditer(source):
        yield unescape(re.sub(r"<[^>]+>", "", match[2]))


def without_links(source: str) -> str:
    """Replace the links by their labels."""
    return LINK.sub(r"\2", source)
