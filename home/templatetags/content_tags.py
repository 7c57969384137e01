"""Rich texts and pictures as the visitor of this request gets them. What they need was fetched by `home.blocks.prepare`."""

from datetime import time
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText

from home.blocks.rich_text import as_html
from home.prefetch.image_sizes import picture_of
from home.prefetch.page_objects import shelf_of

register = template.Library()


@register.simple_tag(takes_context=True)
def rich_text(context: Context, value: RichText | str | None) -> SafeString:
    """A rich text, of a block or of a field. A link that this visitor may not follow says nothing of its target."""
    source = value.source if isinstance(value, RichText) else value or ""
    request = getattr(context, "request", None) or context.get("request")
    return as_html(source, shelf_of(request))


@register.inclusion_tag("components/picture.html")
def site_picture(
    image: AbstractImage, use: str, alt: str | None = None, *, eager: bool = False
) -> dict[str, Any]:
    """The image in every format and width of `use` (a name of `home.prefetch.image_sizes.USES`); `eager` above the fold."""
    text = getattr(image, "contextual_alt_text", None) if alt is None else alt
    return {"picture": picture_of(image, use), "alt": text or "", "eager": eager}


@register.inclusion_tag("components/gallery_picture.html")
def gallery_picture(image: AbstractImage) -> dict[str, Any]:
    """A picture of a gallery, inside a link to its largest size."""
    picture = picture_of(image, "gallery")
    return {"picture": picture, "alt": image.contextual_alt_text or ""}


@register.simple_tag
def hours(start: time, end: time | None) -> SafeString:
    """`9h30 – 12h30`, on the clock of the network."""
    if end is None:
        return time_element(start)
    return format_html("{} – {}", time_element(start), time_element(end))


def time_element(moment: time) -> SafeString:
    minutes = f"{moment.minute:02}" if moment.minute else ""
    return format_html('<time datetime="{}">{}h{}</time>', f"{moment:%H:%M}", moment.hour, minutes)
