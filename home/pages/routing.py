"""Finding the page of an address: two queries, where Wagtail asks two for each step of the path."""

from itertools import accumulate

from django.http import Http404, HttpRequest
from wagtail.models import Page, Site


def find_page(request: HttpRequest, path: str) -> None:
    """Leave the page and its route on the request, where `Page.route_for_request` looks first.

    When the lowest page of the path does not answer, nothing is left: Wagtail then walks the path as usual, because
    a page above may have its word to say (`MembersPage` answers for what is absent below it).
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
    """Wagtail's answer. Where there is one site, whatever the host, it is that one: no choice to write in SQL."""
    sites = list(Site.objects.order_by().select_related("root_page")[:2])
    if len(sites) == 1 and sites[0].is_default_site:
        vars(request)["_wagtail_site"] = sites[0]  # where Wagtail looks first
    return Site.find_for_request(request)


def deepest(home: Page, steps: list[str]) -> tuple[Page, list[str]]:
    """The lowest page on this path, and what remains of the path below it."""
    if not steps:
        return home, []
    addresses = accumulate(steps, "{}{}/".format, initial=home.url_path)
    depths = {address: depth for depth, address in enumerate(addresses)}
    below = Page.objects.filter(url_path__in=depths, slug__in=steps, path__startswith=home.path)
    # Few columns: the page is read again as its own type.
    page = below.only("url_path", "content_type").order_by("-depth").first() or home
    return page, steps[depths[page.url_path] :]


def as_served(page: Page) -> Page:
    """The page as its own type, with what its template reads beside its row (`BasePage.served_with`)."""
    model = page.specific_class
    joins = getattr(model, "served_with", ())
    if not joins:
        return page.specific
    return model._default_manager.select_related(*joins).get(pk=page.pk)
