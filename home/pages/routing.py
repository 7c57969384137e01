"""Page lookup by URL in two queries, where Wagtail makes two per path segment."""

import copy
from itertools import accumulate

from django.http import Http404, HttpRequest
from wagtail.models import Page, Site

from home.prefetch.facts import facts_of


def find_page(request: HttpRequest, path: str) -> None:
    """Find the page and store its route on the request, where `Page.route_for_request` looks first.

    Store nothing if the deepest page of the path raises 404: Wagtail then walks the path as usual, because an ancestor
    may handle the rest (`MembersPage` answers for missing pages below it).
    """
    site = site_of(request)
    if site is None:
        return
    steps = [step for step in path.split("/") if step]
    page, rest = deepest(site.root_page, steps)
    try:
        vars(request)["_wagtail_route_for_request"] = as_served(page).route(request, rest)
    except Http404:
        return


def site_of(request: HttpRequest) -> Site | None:
    """Return Wagtail's site for the request. A single default site matches any host, which saves a complex query."""
    sites = facts_of(request).get("sites", read_sites)
    if len(sites) == 1 and sites[0].is_default_site:
        site = copy.copy(sites[0])
        site.root_page = copy.copy(site.root_page)  # it keeps its specific page
        vars(request)["_wagtail_site"] = site  # Wagtail's cache
    return Site.find_for_request(request)


def read_sites() -> list[Site]:
    return list(Site.objects.order_by().select_related("root_page")[:2])


def deepest(home: Page, steps: list[str]) -> tuple[Page, list[str]]:
    """Return the deepest page on this path, and the remaining path segments."""
    if not steps:
        return home, []
    addresses = accumulate(steps, "{}{}/".format, initial=home.url_path)
    depths = {address: depth for depth, address in enumerate(addresses)}
    below = Page.objects.filter(url_path__in=depths, slug__in=steps, path__startswith=home.path)
    # Few columns, because `as_served` reads the specific page.
    page = below.only("url_path", "content_type").order_by("-depth").first() or home
    return page, steps[depths[page.url_path] :]


def as_served(page: Page) -> Page:
    """Return the specific page with the relations of its template (`BasePage.served_with`)."""
    model = page.specific_class
    joins = getattr(model, "served_with", ())
    if not joins:
        return page.specific
    return model._default_manager.select_related(*joins).get(pk=page.pk)
