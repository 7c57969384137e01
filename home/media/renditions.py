"""The files of a page's pictures are made when the page is published, by the worker: no visitor waits for them."""

from collections.abc import Iterator
from typing import Any

from django_tasks import task
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from home.blocks.media import GalleryBlock, ImageBlock
from home.blocks.people import SpeakersBlock
from home.prefetch.image_sizes import make_renditions, shared_rendition


def plan_pictures(page: Any) -> None:
    """Leave the work to the worker when a page that is saved shows images. Asks the database nothing."""
    body = getattr(page, "body", None)
    kinds = {child["type"] for child in body.raw_data} if body else set()
    if page.live and (page.main_image_id or kinds & {"gallery", "image", "speakers"}):
        make_page_pictures.enqueue(page.pk)


def make_pictures(page_pk: int) -> None:
    """Make what is missing of every size of the page's pictures, for the page itself and for its cards."""
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
    """What `plan_pictures` enqueues."""
    make_pictures(page_pk)


def pictures_of(page: Any) -> Iterator[tuple[AbstractImage, str]]:
    """Each image that the page shows, with where it stands (a name of `home.prefetch.image_sizes.USES`)."""
    if page.main_image:
        yield page.main_image, "main"
        yield page.main_image, "card"
        if page.is_story:
            yield page.main_image, "story"
    for child in getattr(page, "body", None) or []:
        for image, use in pictures_of_block(child.block, child.value):
            if image is not None:
                yield image, use


def pictures_of_block(block: Any, value: Any) -> Iterator[tuple[AbstractImage | None, str]]:
    if isinstance(block, GalleryBlock):
        yield from ((picture["image"], "gallery") for picture in value["pictures"])
    elif isinstance(block, ImageBlock):
        yield value["image"], "figure"
    elif isinstance(block, SpeakersBlock):
        yield from ((speaker["portrait"], "portrait") for speaker in value["speakers"])
