"""Activity of accounts: visits to private pages.

Log-ins are noted by the allauth adapter, confirmations from e-mailed links by their views. See docs/decisions/0020.
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from wagtail.models import Page

from home.privacy.refusals import Serve


def note_visits(serve: Serve) -> Serve:
    """Note the visit of a private page (hook `on_serve_page`). Must run after the access check."""

    def serve_and_note(
        page: Page, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        if getattr(request, "is_private", False) and request.user.is_authenticated:
            request.user.note_activity(timezone.now())
        return serve(page, request, args, kwargs)

    return serve_and_note
