"""Before a page renders: fetch what its texts and blocks name, and build the blocks from it."""

from typing import Any

from django.http import HttpRequest
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page

from home.blocks.rich_text import want_links
from home.blocks.text import HeadingBlock, HeadingValue
from home.prefetch.page_objects import Shelf, building_from, shelf_of

RICH_FIELDS = ("lead", "contact")


def prepare(page: Page, request: HttpRequest) -> None:
    """Call it from `get_context`: whatever the page holds then costs one query a kind of object."""
    shelf = shelf_of(request)
    for name in RICH_FIELDS:
        want_links(shelf, getattr(page, name, ""))
    body = getattr(page, "body", None)
    if isinstance(body, StreamValue):
        build(body, shelf)
    shelf.settle()


def build(body: StreamValue, shelf: Shelf) -> None:
    """Note what the raw body names, then build its blocks from what the shelf fetched at once."""
    with building_from(shelf, collecting=True):
        body.stream_block.bulk_to_python([list(body.raw_data)])
    with building_from(shelf):
        values = [child.value for child in body]
    set_anchors(values)


def set_anchors(values: list[Any]) -> None:
    """Give each heading an anchor of its own: two with the same words must not share one."""
    taken: dict[str, int] = {}
    for heading in (value for value in values if isinstance(value, HeadingValue)):
        wished = heading.wished_anchor
        taken[wished] = taken.get(wished, 0) + 1
        heading.anchor_id = wished if taken[wished] == 1 else f"{wished}-{taken[wished]}"


def contents(body: StreamValue) -> list[HeadingValue]:
    """The headings of a body, for the list of contents of a long page. Each has `anchor_id`, `level`, `text`."""
    found = [child.value for child in body if isinstance(child.block, HeadingBlock)]
    set_anchors(found)
    return found
