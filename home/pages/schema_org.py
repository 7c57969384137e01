"""Structured data of pages: JSON-LD with the schema.org vocabulary."""

import json
from functools import singledispatch
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from wagtail.models import Page, Site

from home.markup import as_markup
from home.media.image_sizes import shared_rendition
from home.models.news import NewsPage
from home.models.settings import SiteSettings
from home.pages.navigation import breadcrumb_of

#: Characters that could close the script element or open a comment in it.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def structured_data(page: Page, request: HttpRequest) -> list[dict[str, Any]]:
    """Return a page's items: its breadcrumb, its own type, and on the home page the organisation and the site."""
    statements = [] if page.depth > 2 else [organisation(request), website(request)]
    trail = breadcrumb_of(page, request)
    if len(trail) > 1:
        statements.append(breadcrumb_list(trail, request))
    own = statement_of(page, request)
    if own is not None:
        statements.append(own)
    return [{"@context": "https://schema.org"} | statement for statement in statements]


@singledispatch
def statement_of(page: Page, request: HttpRequest) -> dict[str, Any] | None:
    """Return the schema.org item of a page, or None if the page type has none.

    Page types register their own implementation.
    """
    return None


def as_script(statements: list[dict[str, Any]]) -> SafeString:
    text = json.dumps(statements, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return as_markup(
        f'<script type="application/ld+json">{text}</script>', because="escaped just above"
    )


def root_address(request: HttpRequest) -> str:
    site = Site.find_for_request(request)
    return site.root_url if site else ""


def organisation(request: HttpRequest) -> dict[str, Any]:
    """Return the Organization that publishes the site."""
    identity = SiteSettings.for_request(request)
    found: dict[str, Any] = {
        "@type": "Organization",
        "@id": f"{root_address(request)}/#organisation",
        "name": identity.name,
        "url": f"{root_address(request)}/",
    }
    if identity.contact_email:
        found["email"] = identity.contact_email
    if identity.social_links:
        found["sameAs"] = [address for _name, address in identity.social_links]
    return found


def website(request: HttpRequest) -> dict[str, Any]:
    root = root_address(request)
    return {
        "@type": "WebSite",
        "@id": f"{root}/#site",
        "name": SiteSettings.for_request(request).name,
        "url": f"{root}/",
        "inLanguage": "fr",
        "publisher": {"@id": f"{root}/#organisation"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{root}/recherche/?q={{q}}",
            "query-input": "required name=q",
        },
    }


def breadcrumb_list(trail: list[Any], request: HttpRequest) -> dict[str, Any]:
    root = root_address(request)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": step.title, "item": root + step.url}
            for place, step in enumerate(trail, start=1)
        ],
    }


def news_article(page: Any, request: HttpRequest) -> dict[str, Any]:
    """Return the NewsArticle of a news page or a recap. Callers may add properties, such as `about`."""
    found: dict[str, Any] = {
        "@type": "NewsArticle",
        "headline": page.title,
        "url": page.full_url,
        "inLanguage": "fr",
        "isAccessibleForFree": True,
        "publisher": organisation(request),
    }
    if page.description:
        found["description"] = page.description
    if page.first_published_at:
        found["datePublished"] = page.first_published_at.isoformat()
    changed = page.updated_on or page.last_published_at
    if changed:
        found["dateModified"] = changed.isoformat()
    shared = shared_rendition(page.main_image) if page.main_image else None
    if shared:
        found["image"] = shared.full_url
    return found


@statement_of.register
def _(page: NewsPage, request: HttpRequest) -> dict[str, Any]:
    return news_article(page, request)
