"""Saving a page in the members' section: by its button, or by the log-in that came between."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import QueryDict

from directory.models import Bookmark, User
from home.access import is_member, visible_to

#: The page of what is saved; what is posted to it, and what its address may name.
PLACE, PAGE = "/membres/enregistrements/", "page"


def save_page(user: User, key: str) -> None:
    """Keep a page that this member may read; anything else that a form may send is passed over."""
    wanted = key_of(key)
    if not wanted or not is_member(user):
        return
    page = visible_to(user).filter(pk=wanted, depth__gt=1).first()
    if page is not None:
        Bookmark.objects.get_or_create(user=user, page=page)


def forget_page(user: User, key: str) -> None:
    Bookmark.objects.filter(user=user, pk=key_of(key)).delete()


def key_of(text: str) -> int:
    """A primary key as our forms send it; 0, which no row has, for anything else, however large."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def address_to_save(page: Any) -> str:
    """Where a visitor who has not logged in saves a page: the log-in comes first, and keeps it."""
    return f"{PLACE}?{urlencode({PAGE: page.pk})}"


def save_after_log_in(user: User, address: str) -> None:
    """What the visitor wanted to save when they were sent to the log-in, which leads them back to `address`."""
    wanted = urlsplit(address)
    if wanted.path == PLACE:
        save_page(user, QueryDict(wanted.query).get(PAGE, ""))
