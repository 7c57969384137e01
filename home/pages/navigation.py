"""Site navigation: main menu, links to the pages by role, breadcrumb."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, Site

from home.access import closed_branches, is_below
from home.prefetch.parts import pages_around, parts_of


@dataclass(frozen=True)
class MenuItem:
    """A link. `current` is its `aria-current` value or empty; `apart` separates it from the editors' pages."""

    title: str
    url: str
    current: str = ""
    apart: bool = False


def menu_of(request: HttpRequest) -> list[MenuItem]:
    """Return the pages that editors put in the menu, then search and the members' section."""
    site = Site.find_for_request(request)
    depth = site.root_page.depth + 1 if site else 0
    listed = [page for page in around(request) if page.depth == depth and page.show_in_menus]
    pages = [item(page.title, page.get_url(request) or "", request.path) for page in listed]
    search = item("Rechercher", reverse("search"), request.path)
    address = parts_of(request).url("membres")
    members = [item("Espace membres", address, request.path, apart=True)] if address else []
    return [*(entry for entry in pages if entry.url != address), search, *members]


def around(request: HttpRequest, page: Page | None = None) -> list[Page]:
    """Return the visible children of the home page and ancestors of `page`, in tree order."""
    closed = closed_branches(request.user)
    return [one for one in pages_around(request, page) if not is_below(one, closed)]


def item(title: str, url: str, path: str, *, apart: bool = False) -> MenuItem:
    if path == url:
        return MenuItem(title, url, "page", apart)
    return MenuItem(title, url, "true" if path.startswith(url) else "", apart)


def breadcrumb_of(page: Page, request: HttpRequest) -> list[MenuItem]:
    """Return the breadcrumb, from the home page to this page."""
    above = [
        one for one in around(request, page) if page.path.startswith(one.path) and one.pk != page.pk
    ]
    trail = [MenuItem(one.title, one.get_url(request) or "") for one in above if one.depth > 1]
    first = [MenuItem("Accueil", trail[0].url)] if trail else []
    return [*first, *trail[1:], MenuItem(page.title, page.get_url(request) or "", "page")]
