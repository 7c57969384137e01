"""Error views: permission denied, CSRF failure."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from home.access import may_enter
from home.forms.expired import show_again
from home.models import BasePage
from home.responses import private


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Render the 403 page, which explains why access is refused and what to do (`handler403`)."""
    return private(render(request, "403.html", status=403))


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a missing or expired CSRF token (CSRF_FAILURE_VIEW).

    A page with a form shows it again with the posted values; otherwise render a 403.
    """
    route = Page.route_for_request(request, request.path_info)
    page = route.page if route else None
    if isinstance(page, BasePage) and may_enter(request.user, page):
        shown = show_again(page, request)
        if shown is not None:
            return shown
    return render(request, "403_csrf.html", status=403)
