"""Panels of events on the back office's home page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from events.models import EventChange, EventPage

SHOWN = 5


class NextEventsPanel(Component):
    """The next events, with their number of registrations."""

    name = "prochains-evenements"
    order = 110
    template_name = "events/admin/next_events_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        events = EventPage.objects.live().dated().upcoming(timezone.now()).with_registered()
        return {
            "events": events[:SHOWN],
            "list_url": reverse("events_registration_modeladmin_index"),
        }


class ChangesToAnnouncePanel(Component):
    """Published changes that staff have neither announced nor dismissed."""

    name = "changements-a-annoncer"
    order = 105
    template_name = "events/admin/changes_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"changes": EventChange.objects.proposed().select_related("event")[:SHOWN]}


class RecapsToWritePanel(Component):
    """Past events without a recap."""

    name = "comptes-rendus-a-ecrire"
    order = 120
    template_name = "events/admin/recaps_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"events": EventPage.objects.to_tell(timezone.now())[:SHOWN]}


def add_event_panels(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm("events.view_registration"):
        panels += [NextEventsPanel(), RecapsToWritePanel()]
    if request.user.has_perm("events.change_registration"):
        panels.append(ChangesToAnnouncePanel())
