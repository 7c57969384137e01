"""Template tags for rich text, images and times. Their objects are prefetched by `home.blocks.prepare`."""

from datetime import time
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText

from home.blocks.rich_text import as_html
from home.media.image_sizes import LOGO, picture_of, rendition_of
from home.prefetch.page_objects import page_objects_of

register = template.Library()


@register.simple_tag(takes_context=True)
def rich_text(context: Context, value: RichText | str | None) -> SafeString:
    """Render the rich text of a block or field. Links to targets that the visitor may not see are masked."""
    source = value.source if isinstance(value, RichText) else value or ""
    request = getattr(context, "request", None) or context.get("request")
    return as_html(source, page_objects_of(request))


@register.inclusion_tag("components/picture.html")
def site_picture(
    image: AbstractImage, use: str, alt: str | None = None, *, eager: bool = False
) -> dict[str, Any]:
    """Render a responsive image. `use` is a key of `image_sizes.USES`; `eager` is for images above the fold."""
    text = getattr(image, "contextual_alt_text", None) if alt is None else alt
    return {"picture": picture_of(image, use), "alt": text or "", "eager": eager}


@register.inclusion_tag("components/gallery_picture.html")
def gallery_picture(image: AbstractImage) -> dict[str, Any]:
    """Render an image of a gallery as a link to its largest rendition."""
    picture = picture_of(image, "gallery")
    return {"picture": picture, "alt": image.contextual_alt_text or ""}


@register.simple_tag
def logo_picture(logo: AbstractImage | None) -> SafeString | str:
    """Render the site's logo, or nothing while it is not drawn."""
    shown = rendition_of(logo, LOGO) if logo else None
    if shown is None:
        return ""
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="">', shown.url, shown.width, shown.height
    )


@register.simple_tag
def hours(start: time, end: time | None) -> SafeString:
    """Format as `9h30 – 12h30`, in `<time>` elements."""
    if end is None:
        return time_element(start)
    return format_html("{} – {}", time_element(start), time_element(end))


def time_element(moment: time) -> SafeString:
    minutes = f"{moment.minute:02}" if moment.minute else ""
    return format_html('<time datetime="{}">{}h{}</time>', f"{moment:%H:%M}", moment.hour, minutes)
