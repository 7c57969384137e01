"""Addresses and buttons that events add to the back office."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail.admin.widgets import Button
from wagtail.models import Page

from events import admin_views
from events.models import EventPage


def admin_urls() -> list[URLPattern]:
    return [
        path(
            "evenements/<int:pk>/compte-rendu/", admin_views.write_recap, name="events_draft_recap"
        )
    ]


def recap_button(
    page: Page, user: Any, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """On a past event: the way to its recap."""
    event = page.specific if page.specific_class is EventPage else None
    if event and event.is_past(timezone.now()) and event.permissions_for_user(user).can_edit():
        address = reverse("events_draft_recap", args=[event.pk])
        yield Button("Rédiger le compte rendu", address, icon_name="doc-full", priority=60)
