"""Bookmarks of pages, saved by a button, or after the log-in that the button leads to."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, QueryDict

from directory.models import Bookmark, User
from home.access import is_member, visible_to
from home.prefetch.parts import parts_of

#: Name of the field, and of the query parameter, with the key of the page to save.
PAGE = "page"


def save_page(user: User, key: str) -> None:
    """Bookmark a page that the member may read. Ignore any other key."""
    wanted = key_of(key)
    if not wanted or not is_member(user):
        return
    page = visible_to(user).filter(pk=wanted, depth__gt=1).first()
    if page is not None:
        Bookmark.objects.get_or_create(user=user, page=page)


def forget_page(user: User, key: str) -> None:
    Bookmark.objects.filter(user=user, pk=key_of(key)).delete()


def key_of(text: str) -> int:
    """Return a posted primary key, or 0, which no row has, if it is invalid or too large."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def place_of(request: HttpRequest) -> str:
    """Return the URL of the member's bookmarks; empty on a site without a members' section."""
    return parts_of(request).url("membres", "own_bookmarks")


def address_to_save(request: HttpRequest, page: Any) -> str:
    """Return the URL that bookmarks a page after the log-in."""
    place = place_of(request)
    return f"{place}?{urlencode({PAGE: page.pk})}" if place else ""


def save_after_log_in(request: HttpRequest, user: User, address: str) -> None:
    """Bookmark the page that the visitor chose before the log-in. `address` is the URL to redirect to."""
    wanted = urlsplit(address)
    asked = QueryDict(wanted.query).get(PAGE, "")
    if asked and wanted.path == place_of(request):
        save_page(user, asked)
