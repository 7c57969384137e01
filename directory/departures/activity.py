"""What counts as a sign of life: a log-in, a page of the members' section, a button behind a mailed link.

The log-in is noted by the adapter of allauth, the buttons by the verbs that they press. See docs/decisions/0020.
"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from wagtail.models import Page

from home.privacy.refusals import Serve


def note_visits(serve: Serve) -> Serve:
    """A link of Wagtail's chain `on_serve_page`, once it is known that the visitor may read the page."""

    def serve_and_note(
        page: Page, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        if getattr(request, "is_private", False) and request.user.is_authenticated:
            request.user.note_activity(timezone.now())
        return serve(page, request, args, kwargs)

    return serve_and_note
