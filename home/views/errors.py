"""Error views: not understood, permission denied, CSRF failure, not found, broken.

Django's own check the CSRF token first, so they read the body again: where the body cannot be read, that is a second
error in the handler of the first.
"""

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseServerError,
)
from django.shortcuts import render
from django.template.loader import get_template
from wagtail.models import Page

from home.access import may_enter
from home.forms.expired import show_again
from home.models import BasePage
from home.responses import private, secret


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be understood (`handler400`) with a page that needs neither request nor database."""
    return secret(HttpResponseBadRequest(get_template("400.html").render()))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return HttpResponseServerError(get_template("500.html").render())


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
