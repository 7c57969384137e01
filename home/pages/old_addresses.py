"""Redirects from the routes below a renamed or moved page, such as cards and messages.

Wagtail's own redirects know the URL of each page, but not of its routes, and drop the query string, which links in
e-mails need.
"""

from collections.abc import Callable
from itertools import accumulate
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, Site

#: Longest prefix to look up, in path segments: no page is deeper in the tree.
DEEPEST = 8


def old_addresses(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware. Runs before Wagtail's RedirectMiddleware, which answers what this one does not know."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        return to_new_address(request) or response

    return respond


def to_new_address(request: HttpRequest) -> HttpResponseBase | None:
    """Return a redirect to the new URL; None if no page above was renamed, or if the renamed page has no such route."""
    steps = [step for step in request.path.split("/") if step]
    starts = list(accumulate(steps[:DEEPEST], "{}/{}".format, initial=""))[1:]
    if not starts or "\0" in request.path:
        return None
    known = Redirect.get_for_site(Site.find_for_request(request)).select_related("redirect_page")
    found = known.filter(old_path__in=starts, redirect_page__live=True, automatically_created=True)
    old = max(found, key=lambda one: len(one.old_path), default=None)
    if old is None:
        return None
    below = "".join(f"{step}/" for step in steps[old.old_path.count("/") :])
    address = f"{old.redirect_page.get_url(request) or ''}{below}"
    is_here = urlsplit(address).path == request.path  # the page has its old slug again
    if is_here or (below and not has_route(old.redirect_page, below)):
        return None
    query = request.META["QUERY_STRING"]
    return redirect(f"{address}?{query}" if query else address, permanent=old.is_permanent)


def has_route(page: Page, below: str) -> bool:
    model = page.specific_class
    if model is None or not issubclass(model, RoutablePageMixin):
        return False
    try:
        model.get_resolver().resolve(f"/{below}")
    except Resolver404:
        return False
    return True
