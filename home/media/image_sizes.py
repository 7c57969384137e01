"""Formats and sizes of images, by their use in pages, and what a page shows of an image at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.cache import cache
from django_tasks import task
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from home.batches import LONG
from home.media.renditions import Drawing, draw_renditions, drawings_of, filter_of

#: In order of preference: browsers take the first one they support. All support the last.
FORMATS = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
PLAIN = "jpeg"


@dataclass(frozen=True)
class Use:
    """A use of images: the widths to create, and the `sizes` attribute."""

    widths: tuple[int, ...]
    sizes: str
    crop: str = "width-{width}"
    #: Width divided by height, for cropped images.
    ratio: float = 1

    def spec(self, fmt: str, width: int) -> str:
        crop = self.crop.format(width=width, height=round(width / self.ratio))
        return f"{crop}|format-{fmt}"

    def specs(self, fmt: str, widths: Iterable[int] | None = None) -> list[str]:
        return [self.spec(fmt, width) for width in (self.widths if widths is None else widths)]

    def widths_for(self, image: AbstractImage) -> list[int]:
        """Return the useful widths: those below the image's own width, and the next one."""
        smaller = [width for width in self.widths if width < image.width]
        return [*smaller, *[width for width in self.widths if width >= image.width][:1]]

    def all_specs_for(self, image: AbstractImage) -> list[str]:
        return [spec for fmt in FORMATS for spec in self.specs(fmt, self.widths_for(image))]

    def related_widths(self) -> list[int]:
        """Return the widths of all uses that cut images in the same way."""
        alike = [use for use in USES.values() if (use.crop, use.ratio) == (self.crop, self.ratio)]
        return sorted({width for use in alike for width in use.widths})


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
#: What a list shows of its images. The home page opens on a large one.
CARD_SPECS = [spec for use in ("card", "story") for fmt in FORMATS for spec in USES[use].specs(fmt)]
#: Seconds during which pages that lack a picture do not ask again: the task that they queued sees to all.
PATIENCE = 15 * 60
#: The logo in the head of pages. In the format of its file, since it may be transparent.
LOGO = "max-320x160"


@dataclass
class Picture:
    """Attributes of a `picture` element and its sources. Without `srcset`, the fallback is a placeholder of its size."""

    sizes: str
    fallback: Drawing
    largest: Drawing
    sources: list[tuple[str, str]] = field(default_factory=list)
    srcset: str = ""


def picture_of(image: AbstractImage, use_name: str) -> Picture:
    """Return what exists of the image for a use: each format in its widths, else in the nearest one.

    Draws nothing. What is missing is asked of the worker; an image without any rendition has its placeholder.
    """
    use = USES[use_name]
    widths = use.widths_for(image)
    known = drawings_of(image, related_specs(use))
    if any(spec not in known for spec in use.all_specs_for(image)):
        ask_for_what_is_missing()
    shown = {fmt: renditions_shown(known, use, fmt, widths) for fmt in FORMATS}
    plain = shown[PLAIN] or [placeholder(image, use.spec(PLAIN, widths[len(widths) // 2]))]
    return Picture(
        sizes=use.sizes,
        fallback=plain[len(plain) // 2],
        largest=plain[-1],
        sources=[
            (FORMATS[fmt], srcset(each)) for fmt, each in shown.items() if each and fmt != PLAIN
        ],
        srcset=srcset(shown[PLAIN]),
    )


def placeholder(image: AbstractImage, spec: str) -> Drawing:
    stand_in = image.placeholder(spec)
    return Drawing(stand_in.url, stand_in.width, stand_in.height)


def related_specs(use: Use) -> list[str]:
    return [spec for fmt in FORMATS for spec in use.specs(fmt, use.related_widths())]


def renditions_shown(
    known: dict[str, Drawing], use: Use, fmt: str, widths: list[int]
) -> list[Drawing]:
    """Return the existing renditions in one format: of these widths, else the one of the nearest width."""
    wanted = [known[spec] for spec in use.specs(fmt, widths) if spec in known]
    nearest = sorted(use.related_widths(), key=lambda width: abs(width - widths[-1]))
    others = [known[spec] for spec in use.specs(fmt, nearest) if spec in known]
    return wanted or others[:1]


def specs_for(image: AbstractImage) -> list[str]:
    """Return the specs of all uses that make sense at the size of the image."""
    specs = [spec for use in USES.values() for spec in use.all_specs_for(image)]
    return [*dict.fromkeys(specs), SHARED_PICTURE]


def plan_renditions(image: AbstractImage, specs: Iterable[str] = ()) -> None:
    """Queue the drawing of an image, so that it is done before a page shows it. What exists is not drawn again."""
    draw_renditions.enqueue(image.pk, list(specs) or specs_for(image))


def ask_for_what_is_missing() -> None:
    """Queue the drawing of what pages lack. Each of them asks, for each picture; one task is queued."""
    if cache.add("pictures-asked", True, PATIENCE):
        queue_missing_renditions.enqueue()


@task(queue_name=LONG)
def queue_missing_renditions() -> None:
    """Queue each image that lacks a rendition: after a restore, or a worker that was killed."""
    images = get_image_model().objects.filter(is_prepared=True)
    known: dict[int, set[tuple[str, str]]] = {}
    rows = images.model.get_rendition_model().objects.values_list(
        "image", "filter_spec", "focal_point_key"
    )
    for image, spec, key in rows.iterator():
        known.setdefault(image, set()).add((spec, key))
    for image in images:
        drawn = known.get(image.pk, set())
        missing = [
            spec
            for spec in specs_for(image)
            if (spec, filter_of(spec).get_cache_key(image)) not in drawn
        ]
        if missing:
            plan_renditions(image, missing)


def rendition_of(image: AbstractImage, spec: str) -> Drawing | None:
    """Return one rendition, or None while it is not drawn, which is asked of the worker."""
    found = drawings_of(image, [spec]).get(spec)
    if found is None:
        ask_for(image, spec)
    return found


def ask_for(image: AbstractImage, spec: str) -> None:
    if spec in EVERY_SPEC:
        ask_for_what_is_missing()
    elif cache.add(f"picture-asked-{image.pk}-{spec}", True, PATIENCE):  # a logo
        plan_renditions(image, [spec])


def shared_rendition(image: AbstractImage) -> Drawing | None:
    """Return the rendition for social networks (1200×630 JPEG), or None while it is not drawn."""
    return rendition_of(image, SHARED_PICTURE)


def srcset(renditions: Iterable[Drawing]) -> str:
    """Return a `srcset` without duplicate widths, which small images have."""
    by_width = {rendition.width: rendition.url for rendition in renditions}
    return ", ".join(f"{url} {width}w" for width, url in by_width.items())
