"""Template tags for a page's dates, card image, meta tags and structured data."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urljoin

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from home import french
from home.access import is_restricted, reads_as_team
from home.markup import as_markup
from home.media.image_sizes import picture_of, shared_rendition
from home.models import SiteSettings
from home.pages.frames import may_be_framed
from home.pages.schema_org import as_script, root_address, structured_data
from home.prefetch.parts import parts_of
from home.theme.share_images import share_image_for

register = template.Library()

HOME_DEPTH = 2


@register.simple_tag
def day(moment: date | datetime | None) -> SafeString | str:
    """Format as `28 avril 2022` in a `time` element; empty for None."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = localtime(moment).date()
    words = french.long_date(moment, weekday=False)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), words)


@register.simple_tag
def card_picture(page: Any) -> SafeString | str:
    """Render a card's image, or nothing while it is not drawn: the card then has its generated cover.

    Its `alt` is empty because the card's title names the link.
    """
    picture = picture_of(page.main_image, "card") if page.main_image else None
    if picture is None or not picture.srcset:
        return ""
    context = {"picture": picture, "alt": "", "eager": False}
    return as_markup(
        render_to_string("components/picture.html", context).strip(), because="escaped there"
    )


@register.inclusion_tag("components/meta.html", takes_context=True)
def page_meta(context: Context) -> dict[str, Any]:
    """Render the meta tags: description, canonical URL, Open Graph, robots, feed."""
    request, page = context.get("request"), context.get("page")
    title = str(context.get("list_title") or getattr(page, "title", ""))
    site = SiteSettings.for_request(request) if request else None
    feed = parts_of(request).url("actualites", "news_feed") if request else ""
    is_home = getattr(page, "depth", 0) == HOME_DEPTH
    return {
        "robots": robots_of(context),
        "description": description_of(page, title, site),
        "canonical": canonical_of(context),
        "title": getattr(page, "seo_title", "") or (site.name if site and is_home else title),
        "kind": "article" if getattr(page, "is_suggested", False) else "website",
        "image": shared_picture(page) or drawn_picture(page, request),
        "site_name": site.name if site else "",
        "oembed": oembed_of(context),
        "feed": f"{root_address(request)}{feed}" if request and feed else "",
    }


def description_of(page: Any, title: str, site: SiteSettings | None) -> str:
    """Return the page's description, or the title with the site's name and baseline, so that it is unique."""
    described = getattr(page, "description", "")
    if described or not title or site is None:
        return described
    return f"{title}, {site.name}. {site.baseline}".strip()


def robots_of(context: Context) -> str:
    """Return the robots meta value: noindex for private pages, filtered lists and pages marked by editors."""
    page, filters = context.get("page"), context.get("filters")
    if filters is not None and getattr(filters, "is_filtered", False):
        return "noindex, follow"
    if context.get("noindex") or getattr(page, "noindex", False):
        return "noindex"
    request = context.get("request")
    if page is not None and request is not None and is_restricted(request.user, page):
        return "noindex"
    return ""


def canonical_of(context: Context) -> str:
    page, page_obj = context.get("page"), context.get("page_obj")
    address = getattr(page, "full_url", None) or ""
    if address and page_obj is not None and page_obj.number > 1:
        return f"{address}?page={page_obj.number}"
    return address


def oembed_of(context: Context) -> str:
    """Return the URL that describes the page's frame to programs (oEmbed discovery); empty if it has none."""
    page, request = context.get("page"), context.get("request")
    if page is None or request is None or not page.pk or not may_be_framed(page, request):
        return ""
    query = urlencode({"url": page.get_full_url(request)})
    return f"{root_address(request)}{reverse('oembed')}?{query}"


def shared_picture(page: Any) -> Any:
    image = getattr(page, "search_image", None) or getattr(page, "main_image", None)
    return shared_rendition(image) if image else None


def drawn_picture(page: Any, request: Any) -> dict[str, Any] | None:
    """Return the attributes of the picture drawn for links to this page."""
    image = share_image_for(page, request) if request else None
    if image is None:
        return None
    address = urljoin(root_address(request), image.file.url)
    return {"full_url": address, "width": image.width, "height": image.height}


@register.simple_tag(takes_context=True)
def page_structured_data(context: Context) -> SafeString | str:
    """Render the page's JSON-LD. The Content-Security-Policy allows it, since it is data and not a script."""
    page, request = context.get("page"), context.get("request")
    if page is None or request is None:
        return ""
    return as_script(structured_data(page, request))


@register.simple_tag(takes_context=True)
def is_shown_to_the_team(context: Context) -> bool:
    """Return whether the visitor sees this reserved page only because they edit it."""
    page, request = context.get("page"), context.get("request")
    if page is None or request is None or not page.path:
        return False
    return reads_as_team(request.user, page)
