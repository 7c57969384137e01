"""Error views: not understood, too large, permission denied, CSRF failure, not found, broken.

Django's own check the CSRF token first, so they read the body again: where the body cannot be read, that is a second
error in the handler of the first.
"""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseServerError,
)
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.models import Page

from home.access import is_restricted, may_enter
from home.forms.cross_site import comes_from_elsewhere
from home.forms.expired import show_again
from home.forms.typed import fill_after_log_in, what_was_typed
from home.models import BasePage
from home.privacy.refusals import ACCOUNTS
from home.responses import private, secret

#: After how long a program may ask again while the database cannot be used.
RETRY_SECONDS = 30


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be understood (`handler400`) with a page that needs neither request nor database."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return secret(HttpResponseBadRequest(get_template("400.html").render()))


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """Answer a body of more than `limit` bytes. The page makes no query, so that it costs little."""
    page = get_template("413.html").render({"limit": limit // 1024**2})
    return private(HttpResponse(page, status=413))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer an error of the site (`handler500`): 503 while the database cannot be used, so that programs come back.

    Neither page needs request or database.
    """
    if is_without_database(sys.exc_info()[1]):
        page = HttpResponse(get_template("503.html").render(), status=503)
        page["Retry-After"] = str(RETRY_SECONDS)
        return page
    return HttpResponseServerError(get_template("500.html").render())


def is_without_database(error: BaseException | None) -> bool:
    """Return whether the database could not be reached, or was too busy. SQLite says so of a missing table, too."""
    if isinstance(error, InterfaceError):
        return True
    return isinstance(error, OperationalError) and not str(error).startswith("no such")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Render the 403 page, which explains why access is refused and what to do (`handler403`)."""
    return private(render(request, "403.html", status=403))


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a missing or expired CSRF token, or a post from elsewhere (CSRF_FAILURE_VIEW).

    What another site posted is neither shown nor kept. What somebody typed here is not lost: a public form is shown again
    with the posted values; pages for people with an account do so after a redirect, since a log-in may come first.
    Otherwise the 403 page shows the values themselves.
    """
    if comes_from_elsewhere(request):
        return private(render(request, "403_elsewhere.html", status=403))
    show = getattr(request.resolver_match and request.resolver_match.func, "show_again", None)
    if show is not None:
        return show(request)
    route = Page.route_for_request(request, request.path_info)
    page = route.page if route else None
    if isinstance(page, BasePage) and may_enter(request.user, page):
        shown = show_again(page, request)
        if shown is not None:
            return shown
    if is_for_accounts(request, page):
        return fill_after_log_in(request)
    typed = [text for values in what_was_typed(request).lists() for text in values[1] if text]
    context = {"typed": typed, "address": page_of_the_form(request)}
    return private(render(request, "403_csrf.html", context, status=403))


def is_for_accounts(request: HttpRequest, page: Page | None) -> bool:
    """Return whether the address is a private page or one of the account."""
    if page is None:
        return request.path.startswith(ACCOUNTS)
    return is_restricted(request.user, page)


def page_of_the_form(request: HttpRequest) -> str:
    """Return the address that the post came from, or else the one that it went to."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return came_from if is_ours else request.path
