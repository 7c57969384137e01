"""Addresses and buttons that events add to the back office."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.models import Page

from events import file_views
from events.admin import capacity_views, change_views, message_views
from events.models import EventChange, EventPage


def admin_urls() -> list[URLPattern]:
    return [
        path(
            "evenements/<int:pk>/compte-rendu/", change_views.write_recap, name="events_draft_recap"
        ),
        path(
            "evenements/changements/<uuid:uuid>/",
            change_views.announce_change,
            name="events_announce_change",
        ),
        path(
            "evenements/places/<str:token>/",
            capacity_views.confirm_places,
            name="events_confirm_places",
        ),
        path(
            "inscriptions/documents/<uuid:uuid>/", file_views.answer_file, name="events_answer_file"
        ),
        path(
            "evenements/<int:pk>/message/",
            message_views.write_to_group,
            name="events_write_to_group",
        ),
    ]


def propose_to_announce(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The hook after a page is published: what people who registered should know is shown before the rest."""
    change = EventChange.objects.proposed().filter(event__pk=page.pk).first()
    if change is None:
        return None
    if not request.user.has_perm("events.change_registration"):
        messages.warning(
            request,
            "Des personnes sont inscrites à cet événement : la date, le lieu ou l’état a changé, "
            "et c’est l’animation du réseau qui décide de les prévenir.",
        )
        return None
    return redirect("events_announce_change", change.uuid)


def people_buttons(
    page: Page, user: Any, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """On an event: the way to those who registered, and to write to them."""
    if page.specific_class is not EventPage or not user.has_perm("events.change_registration"):
        return
    people = reverse("events_registration_modeladmin_index")
    yield Button("Inscriptions", f"{people}?evenement={page.pk}", icon_name="list-ul", priority=50)
    address = reverse("events_write_to_group", args=[page.pk])
    yield Button("Écrire aux personnes inscrites", address, icon_name="mail", priority=55)


def recap_button(
    page: Page, user: Any, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """On a past event: the way to its recap."""
    event = page.specific if page.specific_class is EventPage else None
    if event and event.is_past(timezone.now()) and event.permissions_for_user(user).can_edit():
        address = reverse("events_draft_recap", args=[event.pk])
        yield Button("Rédiger le compte rendu", address, icon_name="doc-full", priority=60)
