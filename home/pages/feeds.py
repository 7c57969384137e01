"""Atom feeds (RFC 4287)."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from wagtail.models import Page

from home.models.settings import SiteSettings


def atom_feed(request: HttpRequest, index: Page, entries: Iterable[Any]) -> HttpResponse:
    """Return the Atom feed of an index page, by the network. `entries` are pages of any type."""
    address = index.get_full_url(request)
    network = SiteSettings.for_request(request)
    feed = Atom1Feed(
        title=f"{index.title} – {network.name}",
        link=address,
        description=index.search_description,
        language="fr",
        # RFC 4287, 4.1.1: a feed, or each of its entries, has an author.
        author_name=network.name,
        author_email=network.contact_email or None,
        author_link=address,
        feed_url=request.build_absolute_uri(),
        feed_guid=f"urn:uuid:{index.translation_key}",
    )
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=entry.get_full_url(request),
            description=entry.description,
            pubdate=entry.first_published_at,
            updateddate=entry.last_published_at,
            unique_id=f"urn:uuid:{entry.translation_key}",
            categories=[entry.kind_label, *[theme.name for theme in entry.themes]],
        )
    content = feed.writeString("utf-8")
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    etag = response["ETag"] = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=etag, response=response) or response
