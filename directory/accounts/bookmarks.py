"""Bookmarks of pages, saved by a button, or after the log-in that the button leads to."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict

from directory.models import Bookmark, User
from home.access import is_member, visible_to

#: Path of the page of bookmarks, and the name of the page's key in its form and query string.
PLACE, PAGE = "/membres/enregistrements/", "page"


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


def address_to_save(page: Any) -> str:
    """Return the URL that bookmarks a page after the log-in."""
    return f"{PLACE}?{urlencode({PAGE: page.pk})}"


def save_after_log_in(user: User, address: str) -> None:
    """Bookmark the page that the visitor chose before the log-in. `address` is the URL to redirect to."""
    wanted = urlsplit(address)
    if wanted.path == PLACE:
        save_page(user, QueryDict(wanted.query).get(PAGE, ""))
