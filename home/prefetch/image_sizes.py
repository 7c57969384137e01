"""The sizes in which pictures are served, in one table: templates, prefetching and the import read the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from wagtail.images.models import AbstractImage, AbstractRendition, Filter
from wagtail.images.shortcuts import get_renditions_or_not_found

#: The best first: a browser takes the first format that it knows. The last one, all of them know.
FORMATS = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}


@dataclass(frozen=True)
class Use:
    """Where a picture stands: the widths made of it, and how wide it is shown."""

    widths: tuple[int, ...]
    sizes: str
    crop: str = "width-{width}"
    #: Width divided by height, where the picture is cut.
    ratio: float = 1

    def specs(self, fmt: str, widths: Iterable[int] | None = None) -> list[str]:
        chosen = self.widths if widths is None else widths
        crops = [
            self.crop.format(width=width, height=round(width / self.ratio)) for width in chosen
        ]
        return [f"{crop}|format-{fmt}" for crop in crops]

    def widths_for(self, image: AbstractImage) -> list[int]:
        """The widths that are worth making: none above the first that reaches the picture's own."""
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
    """What the `picture` element says, ready to print."""

    sizes: str
    fallback: AbstractRendition
    largest: AbstractRendition
    sources: list[tuple[str, str]] = field(default_factory=list)
    srcset: str = ""


def picture_of(image: AbstractImage, use_name: str) -> Picture:
    """The picture in every format and width of its use. Renditions that do not exist yet are made here."""
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
    """What other sites show of a page that is shared there."""
    return renditions_of(image, [SHARED_PICTURE])[SHARED_PICTURE]


def renditions_of(image: AbstractImage, specs: Iterable[str]) -> dict[str, AbstractRendition]:
    return get_renditions_or_not_found(image, [filter_of(spec) for spec in specs])


@cache
def filter_of(spec: str) -> Filter:
    """Wagtail takes the words of a spec apart for each rendition that it looks for: once is enough."""
    return Filter(spec=spec)


def srcset(renditions: Iterable[Any]) -> str:
    """Each width once: a small picture has the same one under two names."""
    by_width = {rendition.width: rendition.url for rendition in renditions}
    return ", ".join(f"{url} {width}w" for width, url in by_width.items())


def make_renditions(image: AbstractImage, use_name: str) -> None:
    """Make the files before anyone asks: the first visitor does not wait for them."""
    picture_of(image, use_name)
