"""Site navigation: main menu, links to the pages by role, breadcrumb."""

from dataclasses import dataclass

from django.db.models import F, Q
from django.http import HttpRequest
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from home.access import visible_to


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
    search = item("Rechercher", "/recherche/", request.path)
    members = item("Espace membres", "/membres/", request.path, apart=True)
    return [*(entry for entry in pages if entry.url != members.url), search, members]


def parts_of(request: HttpRequest) -> dict[str, str]:
    """Return the URLs of pages with a role, {part: URL}. They follow moves and renames; missing pages are omitted."""
    pages = around(request)
    return {part: page.get_url(request) or "" for page in pages if (part := part_of(page))}


def part_of(page: Page) -> str:
    """Return a page's role, `agenda`, `mentions_legales`…; empty for an ordinary page."""
    own = getattr(page.content_type.model_class(), "part", "")
    return (page.legal_kind or own).replace("-", "_")


def around(request: HttpRequest, page: Page | None = None) -> list[Page]:
    """Return the visible children of the home page and ancestors of `page`, in tree order.

    One query per request: the page's head calls it first, with its page, and later calls reuse that result.
    """
    read = request.__dict__.setdefault("_pages_around", {})
    path = page.path if page is not None else next(iter(read), "")
    if path not in read:
        read[path] = list(visible_to(request.user, pages_near(request, path)).order_by("path"))
    return read[path]


def pages_near(request: HttpRequest, path: str) -> PageQuerySet:
    site = Site.find_for_request(request)
    if site is None:
        return Page.objects.none()
    home, step = site.root_page, Page.steplen
    above = [path[:end] for end in range(step, len(path), step)]
    below_home = Q(depth=home.depth + 1, path__startswith=home.path)
    near = Page.objects.filter(below_home | Q(path__in=above))
    return near.select_related("content_type").annotate(legal_kind=F("legalpage__kind"))


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
