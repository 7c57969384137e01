"""Formats and sizes of image renditions, shared by templates, prefetching and import."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.images.shortcuts import get_renditions_or_not_found

#: In order of preference: browsers take the first one they support. All support the last.
FORMATS = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Use:
    """A use of images: the widths to create, and the `sizes` attribute."""

    widths: tuple[int, ...]
    sizes: str
    crop: str = "width-{width}"
    #: Width divided by height, for cropped images.
    ratio: float = 1

    def specs(self, fmt: str, widths: Iterable[int] | None = None) -> list[str]:
        chosen = self.widths if widths is None else widths
        crops = [
            self.crop.format(width=width, height=round(width / self.ratio)) for width in chosen
        ]
        return [f"{crop}|format-{fmt}" for crop in crops]

    def widths_for(self, image: AbstractImage) -> list[int]:
        """Return the useful widths: those below the image's own width, and the next one."""
        smaller = [width for width in self.widths if width < image.width]
        return [*smaller, *[width for width in self.widths if width >= image.width][:1]]


USES = {
    "figure": Use((480, 800, 1280), "(min-width: 48rem) 42rem, 100vw"),
    "gallery": Use((320, 640, 1280), "(min-width: 64rem) 20rem, (min-width: 36rem) 45vw, 100vw"),
    "portrait": Use((128, 256), "8rem", crop="fill-{width}x{height}"),
    "card": Use((320, 640), "(min-width: 40rem) 22rem, 100vw", "fill-{width}x{height}", 3 / 2),
    "story": Use((480, 960), "(min-width: 60rem) 44rem, 100vw", "fill-{width}x{height}", 4 / 3),
    "main": Use((480, 960, 1440), "(min-width: 80rem) 76rem, 100vw"),
}
SHARED_PICTURE = "fill-1200x630|format-jpeg"
EVERY_SPEC = [spec for use in USES.values() for fmt in FORMATS for spec in use.specs(fmt)]
EVERY_SPEC.append(SHARED_PICTURE)


@dataclass
class Picture:
    """Attributes of a `picture` element and its sources."""

    sizes: str
    fallback: AbstractRendition
    largest: AbstractRendition
    sources: list[tuple[str, str]] = field(default_factory=list)
    srcset: str = ""


def picture_of(image: AbstractImage, use_name: str) -> Picture:
    """Return the image in all formats and widths of a use. Creates missing renditions."""
    use = USES[use_name]
    widths = use.widths_for(image)
    wanted = {fmt: use.specs(fmt, widths) for fmt in FORMATS}
    made = renditions_of(image, [spec for specs in wanted.values() for spec in specs])
    sets = {fmt: srcset([made[spec] for spec in specs]) for fmt, specs in wanted.items()}
    last = list(FORMATS)[-1]
    plain = wanted[last]
    return Picture(
        sizes=use.sizes,
        fallback=made[plain[len(plain) // 2]],
        largest=made[plain[-1]],
        sources=[(FORMATS[fmt], sets[fmt]) for fmt in FORMATS if fmt != last],
        srcset=sets[last],
    )


def shared_rendition(image: AbstractImage) -> AbstractRendition:
    """Return the rendition for social networks (1200×630 JPEG)."""
    return renditions_of(image, [SHARED_PICTURE])[SHARED_PICTURE]


def renditions_of(image: AbstractImage, specs: Iterable[str]) -> dict[str, AbstractRendition]:
    return get_renditions_or_not_found(image, [filter_of(spec) for spec in specs])


@cache
def filter_of(spec: str) -> Filter:
    """Return a cached Filter. Wagtail would parse the spec for each rendition it looks up."""
    return Filter(spec=spec)


def srcset(renditions: Iterable[Any]) -> str:
    """Return a `srcset` without duplicate widths, which small images have."""
    by_width = {rendition.width: rendition.url for rendition in renditions}
    return ", ".join(f"{url} {width}w" for width, url in by_width.items())


def make_renditions(image: AbstractImage, use_name: str) -> None:
    """Create the renditions of a use in advance, so that the first visitor does not wait for them."""
    picture_of(image, use_name)
