"""Prefetching for a page's template context: the objects that its texts and blocks refer to."""

from typing import Any

from django.http import HttpRequest
from wagtail.blocks.stream_block import StreamValue
from wagtail.models import Page

from home.blocks.rich_text import want_links
from home.blocks.text import HeadingBlock, HeadingValue
from home.prefetch.page_objects import PageObjects, building_from, page_objects_of

RICH_FIELDS = ("lead", "contact")


def prepare(page: Page, request: HttpRequest) -> None:
    """Fetch the objects of the page's texts and body, one query per model. Call it from `get_context`."""
    objects = page_objects_of(request)
    for name in RICH_FIELDS:
        want_links(objects, getattr(page, name, ""))
    body = getattr(page, "body", None)
    if isinstance(body, StreamValue):
        build(body, objects)
    objects.settle()


def build(body: StreamValue, objects: PageObjects) -> None:
    """Build the blocks of a body in two passes: collect the keys from the raw data, then read the fetched objects."""
    with building_from(objects, collecting=True):
        body.stream_block.bulk_to_python([list(body.raw_data)])
    with building_from(objects):
        values = [child.value for child in body]
    set_anchors(values)


def set_anchors(values: list[Any]) -> None:
    """Give each heading a unique anchor: `-2`, `-3` are appended to repeated ones."""
    taken: dict[str, int] = {}
    for heading in (value for value in values if isinstance(value, HeadingValue)):
        wished = heading.wished_anchor
        taken[wished] = taken.get(wished, 0) + 1
        heading.anchor_id = wished if taken[wished] == 1 else f"{wished}-{taken[wished]}"


def contents(body: StreamValue) -> list[HeadingValue]:
    """Return the headings of a body, for a table of contents. Each has `anchor_id`, `level` and `text`."""
    found = [child.value for child in body if isinstance(child.block, HeadingBlock)]
    set_anchors(found)
    return found
