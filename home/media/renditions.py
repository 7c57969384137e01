"""Renditions of images. The worker draws them, all sizes of an image from one decoding; a page takes those that exist."""

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.files.base import File
from django_tasks import task
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.images.image_operations import ImageTransform
from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from willow.plugins.pillow import PillowImage

from home.batches import LONG
from home.media.pictures import in_eight_bits

logger = logging.getLogger(__name__)


@cache
def filter_of(spec: str) -> Filter:
    """Return a cached Filter. Wagtail would parse the spec for each rendition it looks up."""
    return Filter(spec=spec)


def existing_renditions(image: AbstractImage, specs: Iterable[str]) -> dict[str, AbstractRendition]:
    """Return the renditions that exist, by spec. Nothing is drawn."""
    found = image.find_existing_renditions(*map(filter_of, specs))
    return {each.spec: rendition for each, rendition in found.items()}


@dataclass(frozen=True)
class Drawing:
    """The values of a rendition that pages show. A list has hundreds, and a model instance costs ten times as much."""

    url: str
    width: int
    height: int

    @property
    def full_url(self) -> str:
        """The URL with the site's address, where files are not on another host."""
        return urljoin(settings.WAGTAILADMIN_BASE_URL, self.url)


def prefetch_drawings(images: Iterable[AbstractImage], specs: Collection[str]) -> None:
    """Fetch the renditions of all these images in one query. `drawings_of` then takes them from the instances."""
    by_key: dict[int, list[Any]] = {}
    for image in images:
        by_key.setdefault(image.pk, []).append(image)
    if not by_key:
        return
    model = get_image_model().get_rendition_model()
    url_of = model._meta.get_field("file").storage.url
    rows = model._default_manager.filter(image__in=by_key, filter_spec__in=specs).values_list(
        "image", "filter_spec", "focal_point_key", "file", "width", "height"
    )
    found: dict[int, dict[str, Drawing]] = {key: {} for key in by_key}
    for key, spec, focus, name, width, height in rows:
        if filter_of(spec).get_cache_key(by_key[key][0]) == focus:
            found[key][spec] = Drawing(url_of(name), width, height)
    nothing = dict.fromkeys(specs)
    for key, same in by_key.items():
        for image in same:
            image.drawings = nothing | found[key]


def drawings_of(image: AbstractImage, specs: Collection[str]) -> dict[str, Drawing]:
    """Return what exists of these renditions, by spec: as prefetched, else in a query. Nothing is drawn."""
    known: dict[str, Drawing | None] = getattr(image, "drawings", {})
    if not all(spec in known for spec in specs):
        prefetch_drawings([image], specs)
        known = image.drawings
    return {spec: drawing for spec in specs if (drawing := known[spec])}


@task(queue_name=LONG)
def draw_renditions(image_pk: int, specs: list[str]) -> None:
    """Draw the missing renditions of an image. One that cannot be drawn is told in the log, and pages do without it."""
    image = get_image_model().objects.filter(pk=image_pk).first()
    if image is None:
        return
    try:
        draw(image, specs)
    except Exception:
        logger.warning("The image %s cannot be drawn", image_pk, exc_info=True)


def draw(image: AbstractImage, specs: Iterable[str]) -> None:
    wanted = dict.fromkeys(specs)
    known = existing_renditions(image, wanted)
    missing = [spec for spec in wanted if spec not in known]
    if not missing:
        return
    source = decoded(image, missing)
    drawn: dict[str, Picture.Image] = {}
    made: list[AbstractRendition] = []
    try:
        for spec in missing:
            size, _, _ = spec.partition("|")
            if size not in drawn:
                drawn[size] = cut_and_resized(source, image, spec)
            made.append(encoded(image, spec, drawn[size]))
    finally:
        # All at once, because each commit renews all public pages (site_cms.shelf). Another worker may have been faster.
        type(image).get_rendition_model().objects.bulk_create(made, ignore_conflicts=True)


def decoded(image: AbstractImage, specs: Iterable[str]) -> Picture.Image:
    """Decode the original once, no larger than the largest of these renditions needs."""
    scale = min(1, max(scale_of(image, spec) for spec in specs))
    with image.open_file() as file, Picture.open(file) as picture:
        picture.draft(None, (ceil(image.width * scale), ceil(image.height * scale)))
        whole = in_eight_bits(picture)
    times = int(whole.width / (image.width * scale))
    return whole.reduce(times) if times > 1 else whole


def scale_of(image: AbstractImage, spec: str) -> float:
    transform = filter_of(spec).get_transform(image)
    return max(transform.scale)


def cut_and_resized(source: Picture.Image, image: AbstractImage, spec: str) -> Picture.Image:
    """Do what the spec says as Wagtail would on the original, on a smaller copy of it."""
    transform = filter_of(spec).get_transform(image)
    across, down = source.width / image.width, source.height / image.height
    left, top, right, bottom = transform.get_rect().round()
    box = (
        left * across,
        top * down,
        min(right * across, source.width),
        min(bottom * down, source.height),
    )
    return source.resize(transform.size, Picture.Resampling.LANCZOS, box=box)


def encoded(image: AbstractImage, spec: str, drawn: Picture.Image) -> AbstractRendition:
    """Store the file of a rendition, and return its row, which is not stored yet."""
    file = image.generate_rendition_file(DrawnFilter(spec, drawn))
    key = filter_of(spec).get_cache_key(image)
    model = type(image).get_rendition_model()
    rendition = model(image=image, filter_spec=spec, focal_point_key=key)
    rendition.file.save(file.name, file, save=False)
    return rendition


class DrawnFilter(Filter):
    """A filter whose picture is cut and resized already: Wagtail only encodes it."""

    def __init__(self, spec: str, drawn: Picture.Image) -> None:
        super().__init__(spec=spec)
        self.drawn = drawn

    @contextmanager
    def get_willow_image(self, image: AbstractImage, source: File | None = None) -> Iterator[Any]:
        picture = PillowImage(self.drawn)
        picture.format_name = "png" if image.filename.endswith(".png") else "jpeg"
        yield picture

    def get_transform(self, image: AbstractImage, size: Any = None) -> ImageTransform:
        return ImageTransform(self.drawn.size)
