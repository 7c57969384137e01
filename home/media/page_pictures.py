"""Pictures of a page that is published: those that are not drawn yet are queued, each by itself."""

from collections.abc import Iterator
from typing import Any

from django_tasks import task
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from home.batches import LONG
from home.media.image_sizes import SHARED_PICTURE, USES, plan_renditions


def plan_pictures(page: Any) -> None:
    """Enqueue the renditions of a live page with images. Makes no query of its own; called at each save."""
    body = getattr(page, "body", None)
    known = body.stream_block.child_blocks if body else {}
    blocks = (known.get(child["type"]) for child in body.raw_data) if body else ()
    if page.live and (page.main_image_id or any(map(shows_pictures, blocks))):
        make_page_pictures.enqueue(page.pk)


@task(queue_name=LONG)
def make_page_pictures(page_pk: int) -> None:
    """Queue the images of a live page, for the page and its cards. Nothing if it is gone."""
    page = Page.objects.filter(pk=page_pk, live=True).first()
    if page is None:
        return
    images: dict[int, AbstractImage] = {}
    wanted: dict[int, list[str]] = {}
    for image, specs in specs_of_page(page.specific):
        images[image.pk] = image
        wanted.setdefault(image.pk, []).extend(specs)
    for pk, image in images.items():
        plan_renditions(image, dict.fromkeys(wanted[pk]))


def specs_of_page(page: Any) -> Iterator[tuple[AbstractImage, list[str]]]:
    for image, use in pictures_of(page):
        yield image, USES[use].all_specs_for(image)
    for image in filter(None, (page.main_image, page.search_image)):
        yield image, [SHARED_PICTURE]


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
