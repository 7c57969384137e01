"""Pictures of links to pages (Open Graph, og:image): what the page is, its title, its motif and the network's name.

The worker draws them for public pages without a photo, a minute after they are published; a request draws none.
"""

import hashlib
import json
import logging
import re
from datetime import datetime
from functools import singledispatch

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django_tasks import task
from wagtail.models import Page, Site

from home.access import is_restricted, visible_to
from home.batches import LONG
from home.french import long_date
from home.models import BasePage, HomePage, NewsPage, ShareImage, SiteSettings
from home.pdf.leaflets import LINKS, PressFailed, readable, typeset
from home.prefetch.facts import facts_of
from home.prefetch.parts import pages_around
from home.theme.covers import cover_svg

logger = logging.getLogger(__name__)

#: As in tokens.css, the colours of drawings: a picture has no stylesheet.
COLOURS = {
    "argile": "#e8b9a0", "brique": "#a63d22", "ciel": "#b9d3de", "colza": "#f3c33c", "craie": "#fbf6ec",
    "encre": "#1b2a29", "houblon": "#b9cf7a", "lin": "#eadfc8", "marais": "#17524a", "mer": "#1c5a7a",
}  # fmt: skip
#: Pictures drawn by one task, of some 0.3 s each.
AT_ONCE = 20


@singledispatch
def caption_of(page: Page) -> str:
    """Return the line above the title. Page types register their own implementation."""
    return ""


@caption_of.register
def _(page: NewsPage) -> str:
    return dated(page)


def dated(page: BasePage) -> str:
    """Return what the page is and when it was published: « Actualité, 12 mars 2026 »."""
    day = page.first_published_at
    return f"{page.kind_label}, {long_date(day, weekday=False)}" if day else page.kind_label


def content_of(page: BasePage, network: SiteSettings) -> str:
    """Return what the picture shows, as the template's JSON."""
    title = (page.headline or network.baseline) if isinstance(page, HomePage) else page.title
    words = {"title": title or network.name, "caption": caption_of(page), "name": network.name}
    cover = coloured(cover_svg(page.cover_key, page.cover_theme))
    return json.dumps(
        readable(words) | {"cover": cover, "links": network.colour_links or LINKS}, sort_keys=True
    )


def coloured(svg: str) -> str:
    """Return a cover as a file of its own, with colours in place of classes."""
    filled = re.sub(r'class="f-(\w+)"', lambda found: f'fill="{COLOURS[found[1]]}"', svg)
    drawn = re.sub(
        r'class="s-(\w+)"', lambda found: f'fill="none" stroke="{COLOURS[found[1]]}"', filled
    )
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def digest_of(content: str) -> str:
    return hashlib.blake2s(content.encode(), digest_size=16).hexdigest()


def share_image_for(page: Page | None, request: HttpRequest) -> ShareImage | None:
    """Return the picture of links to this page, else the home page's: it has none, or shows what it no longer says.

    None for a reserved page.
    """
    site = Site.find_for_request(request)
    if site is None or (page is not None and is_restricted(request.user, page)):
        return None
    # A preview shows a page that may not be saved yet.
    images = images_of(
        {site.root_page_id, page.pk if page and page.pk else site.root_page_id}, request
    )
    if isinstance(page, BasePage) and page.pk in images:
        content = content_of(page, SiteSettings.for_request(request))
        if images[page.pk].digest == digest_of(content):
            return images[page.pk]
    return images.get(site.root_page_id)


def images_of(keys: set[int], request: HttpRequest) -> dict[int, ShareImage]:
    """Return the pictures of these pages. Those of the main pages come with the menu, others cost a query."""
    near = pages_around(request)
    found = [one.share_image for one in near if one.pk in keys and hasattr(one, "share_image")]
    others = keys - {one.pk for one in near}
    if others:
        found += facts_of(request).get(
            ("share images", *sorted(others)),
            lambda: list(ShareImage.objects.filter(page__in=others)),
        )
    return {image.page_id: image for image in found if image.file}


def due() -> QuerySet[Page]:
    """Return the live pages that were published since their picture was drawn, the network's newest first."""
    is_new = Q(share_image=None) | Q(share_image__drawn_at__lt=F("last_published_at"))
    return Page.objects.live().filter(is_new, depth__gt=1).order_by("-last_published_at")


def plan_share_images(at: datetime) -> None:
    """Enqueue the drawing of what is due. Called by the clock."""
    if due().exists():
        draw_share_images.enqueue()


@task(queue_name=LONG)
def draw_share_images() -> None:
    """Draw what is due, a few at a time. A page whose picture fails is logged and not tried again until it changes."""
    now, network = timezone.now(), SiteSettings.of_network()
    keys = list(due().values_list("pk", flat=True)[:AT_ONCE])
    pages = Page.objects.filter(pk__in=keys)
    public = set(visible_to(AnonymousUser(), pages).values_list("pk", flat=True))
    for page in pages.specific():
        is_drawn = page.pk in public and isinstance(page, BasePage) and needs_one(page)
        keep(page, content_of(page, network) if is_drawn else "", now)


def needs_one(page: BasePage) -> bool:
    return not (page.main_image_id or page.search_image_id)


def keep(page: Page, content: str, now: datetime) -> None:
    """Store the picture in place of the last one, or that the page needs none."""
    former = ShareImage.objects.filter(page=page).first()
    image = former or ShareImage(page=page)
    left = image.file.name
    image.file, image.digest, image.drawn_at = "", "", now
    if content:
        try:
            drawn = typeset("share_image", content)
        except PressFailed:
            logger.exception("The picture of links to page %s cannot be drawn", page.pk)
        else:
            image.digest = digest_of(content)
            image.file.save(f"{image.digest}.png", ContentFile(drawn), save=False)
    image.save()
    if left and left != image.file.name:
        image.file.storage.delete(left)
