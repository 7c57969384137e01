"""Who may not see a page: an anonymous visitor is sent to the log-in, a logged-in one reads why.

Wagtail would send both to the log-in, the second one round and round, and it leaves an alias of a page below a closed
branch open: it asks the restrictions of the alias's source, not of what stands above it.

Whatever is answered in the place of a page that is not for everybody is kept by no cache and no search engine.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.models import Page

from home.access import is_restricted, may_enter
from home.responses import private

ACCOUNTS = "/compte/"

Serve = Callable[[Page, HttpRequest, tuple[Any, ...], dict[str, Any]], HttpResponseBase]


def explain_refusal(serve: Serve) -> Serve:
    """A link of Wagtail's chain `on_serve_page`."""

    def serve_or_explain(
        page: Page, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        user = request.user
        is_private = vars(request)["is_private"] = is_restricted(user, page)
        if not is_private or may_enter(user, page):
            page.is_known_open = True  # Wagtail need not ask again what is known of this visitor
            return serve(page, request, args, kwargs)
        if user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path(), settings.WAGTAIL_FRONTEND_LOGIN_URL)

    return serve_or_explain


def private_responses(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: closed branches, redirects, refusals and absences included, and every view of accounts."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if getattr(request, "is_private", False) or request.path.startswith(ACCOUNTS):
            return private(response)
        return response

    return respond
