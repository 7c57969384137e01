"""URLs of the pages with a role (agenda, members' section, legal pages), wherever editors put them.

Code and templates name a role and, below a page with a urlconf, a route. A URL that they spelled out would break as soon
as an editor renamed the page. The pages are read once per request, with those of the menu and the breadcrumb.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from django.http import HttpRequest
from wagtail.models import Page, Site, get_page_models
from wagtail.query import PageQuerySet

from home.access import closed_branches, is_below
from home.prefetch.facts import facts_of


@dataclass(frozen=True)
class Part:
    """A role's page: its URL and its model."""

    url: str
    model: Any


@dataclass(frozen=True)
class Parts:
    pages: dict[str, Part] = field(default_factory=dict)

    def url(self, part: str, route: str = "", **arguments: Any) -> str:
        """Return the URL of the page with this role, or of one of its named routes.

        Empty if no live page has the role, which happens on a new site and when an editor unpublishes it. Templates then
        show no link; messages link to the home page instead (`home.mail.outbox.absolute_url`), and redirects lead there
        (`or "/"`).
        """
        if part not in known_parts():
            raise LookupError(f"No page type has the role {part!r}.")
        page = self.pages.get(part)
        if page is None or not route:
            return page.url if page else ""
        return page.url + page.model.get_resolver().reverse(route, **arguments)


def parts_of(request: HttpRequest) -> Parts:
    """Return the roles as this visitor sees them: a closed page has none, unless it asks to log in."""
    kept = vars(request)
    if "_parts" not in kept:
        kept["_parts"] = collect(pages_around(request), closed_branches(request.user), request)
    return kept["_parts"]


def parts_of_network() -> Parts:
    """Return the roles of every live page of the default site, in two queries: for messages, which have no request."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    return collect(list(pages_near(site)), closed=[]) if site else Parts()


def collect(pages: list[Page], closed: list[str], request: HttpRequest | None = None) -> Parts:
    """The first page of a role, in tree order, has it; no other page takes over where it is closed."""
    found: dict[str, Part | None] = {}
    for page in pages:
        model = page.content_type.model_class()
        part = page.legal_kind or getattr(model, "part", "")
        if not part or part in found or not (page.is_main or model.max_count == 1):
            continue
        url = page.get_url(request)
        shown = getattr(model, "linked_for_everyone", False) or not is_below(page, closed)
        found[part] = Part(url, model) if url and shown else None
    return Parts({part: page for part, page in found.items() if page})


def pages_around(request: HttpRequest, page: Page | None = None) -> list[Page]:
    """Return the live children of the home page, ancestors of `page` and pages with a role, in tree order.

    Closed ones too. One query per request: without `page`, the page that answers the request is taken.
    """
    read = vars(request).setdefault("_pages_around", {})
    path = page.path if page is not None else next(iter(read), routed_path(request))
    if path not in read:
        site = Site.find_for_request(request)
        read[path] = facts_of(request).get(("pages", site, path), lambda: rows_near(site, path))
    return read[path]


def rows_near(site: Site | None, path: str) -> list[Page]:
    return list(pages_near(site, path)) if site else []


def routed_path(request: HttpRequest) -> str:
    """Return the tree path of the page that answers this request; empty if a view does."""
    route = getattr(request, "_wagtail_route_for_request", None)
    return route.page.path if route else ""


def pages_near(site: Site, path: str = "") -> PageQuerySet:
    home, step = site.root_page, Page.steplen
    above = [path[:end] for end in range(step, len(path), step)]
    main = Q(depth=home.depth + 1, path__startswith=home.path)
    unique = Q(content_type__in=unique_types(), path__startswith=home.path)
    near = Page.objects.live().filter(main | unique | Q(path__in=above)).order_by("path")
    # `alias_of`: an alias is as private as its source, see home.access.is_below.
    joined = near.select_related("content_type", "alias_of", "share_image")
    return joined.annotate(legal_kind=F("legalpage__kind"), is_main=Q(depth=home.depth + 1))


def unique_types() -> Any:
    """Content types with a role and a single page, which may stand deeper in the tree than the main pages."""
    types = Q()
    for model in models_with_a_part():
        if model.max_count == 1:
            types |= Q(app_label=model._meta.app_label, model=model._meta.model_name)
    return ContentType.objects.filter(types)


@cache
def models_with_a_part() -> tuple[Any, ...]:
    return tuple(model for model in get_page_models() if getattr(model, "part", ""))


@cache
def known_parts() -> frozenset[str]:
    legal = Page._meta.get_field("legalpage").related_model._meta.get_field("kind")
    own = (model.part for model in models_with_a_part())
    return frozenset([*own, *(kind for kind, _ in legal.choices)])
