"""Responses for private pages: a redirect to the log-in page for anonymous visitors, a 403 for logged-in users.

Wagtail redirects both, which puts logged-in users in a redirect loop. It also serves aliases of pages in a private
branch, because it checks the alias's source without the source's ancestors.

All responses in place of a private page are excluded from caches and search engines.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import Page

from home.access import is_restricted, may_enter, may_read_own_data
from home.responses import private, secret

ACCOUNTS = "/compte/"

Serve = Callable[[Page, HttpRequest, tuple[Any, ...], dict[str, Any]], HttpResponseBase]


def explain_refusal(serve: Serve) -> Serve:
    """Check access before serving a page. Hook `on_serve_page`."""

    def serve_or_explain(
        page: Page, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        user = request.user
        is_private = vars(request)["is_private"] = is_restricted(user, page)
        if not is_private or may_enter(user, page):
            page.is_known_open = True  # saves Wagtail's own check of restrictions
            return serve(page, request, args, kwargs)
        if not may_read_own_data(user, args[0] if args else None):
            return refuse_page(request)
        page.is_known_open = True
        return serve(page, request, args, kwargs)

    return serve_or_explain


def refuse_page(request: HttpRequest) -> HttpResponseBase:
    """Redirect anonymous visitors to the log-in. Raise PermissionDenied for logged-in users: another log-in would not help."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path(), settings.WAGTAIL_FRONTEND_LOGIN_URL)


def private_responses(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: forbid caching and indexing of private pages and account views, errors and redirects included.

    The views of secret links (`home.secret_links`) mark their requests.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if getattr(request, "is_secret", False):
            return secret(response)
        if getattr(request, "is_private", False) or request.path.startswith(ACCOUNTS):
            return private(response)
        return response

    return respond
