"""Image renditions, created by the worker when a page is published so that no visitor waits for them."""

from collections.abc import Iterator
from typing import Any

from django_tasks import task
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from home.media.image_sizes import make_renditions, shared_rendition


def plan_pictures(page: Any) -> None:
    """Enqueue the renditions of a live page with images. Makes no query of its own; called at each save."""
    body = getattr(page, "body", None)
    known = body.stream_block.child_blocks if body else {}
    blocks = (known.get(child["type"]) for child in body.raw_data) if body else ()
    if page.live and (page.main_image_id or any(map(shows_pictures, blocks))):
        make_page_pictures.enqueue(page.pk)


def make_pictures(page_pk: int) -> None:
    """Create the missing renditions of a live page's images, for the page and its cards. Nothing if it is gone."""
    page = Page.objects.filter(pk=page_pk, live=True).first()
    if page is None:
        return
    page = page.specific
    for image, use in pictures_of(page):
        make_renditions(image, use)
    for image in filter(None, {page.main_image, page.search_image}):
        shared_rendition(image)


@task()
def make_page_pictures(page_pk: int) -> None:
    """Create a page's renditions. Enqueued by `plan_pictures`."""
    make_pictures(page_pk)


def pictures_of(page: Any) -> Iterator[tuple[AbstractImage, str]]:
    """Yield each image of the page with its use, a key of `home.media.image_sizes.USES`."""
    if page.main_image:
        yield page.main_image, "main"
        yield page.main_image, "card"
        if page.is_story:
            yield page.main_image, "story"
    for child in getattr(page, "body", None) or []:
        if shows_pictures(child.block):
            shown = child.block.pictures_of(child.value)
            yield from ((image, use) for image, use in shown if image is not None)


def shows_pictures(block: Any) -> bool:
    """Whether a block has images of its own: its `pictures_of(value)` yields each with its use."""
    return hasattr(block, "pictures_of")
