"""Answers to who may not enter, and to what came too late."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from home.access import may_enter
from home.forms.expired import show_again
from home.models import BasePage
from home.responses import private


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one page that says why something is closed and what to do about it."""
    return private(render(request, "403.html", status=403))


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose CSRF token is too old or absent (CSRF_FAILURE_VIEW). A page that has a form shows it again."""
    route = Page.route_for_request(request, request.path_info)
    page = route.page if route else None
    if isinstance(page, BasePage) and may_enter(request.user, page):
        shown = show_again(page, request)
        if shown is not None:
            return shown
    return render(request, "403_csrf.html", status=403)
