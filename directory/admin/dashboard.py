"""The directory's panels on the back office's home page. Each is empty when there is nothing to do."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component

from directory.departures.retention import OPENINGS_KEPT
from directory.models import CardOpenings, ContactMessage, JoinRequest


class JoinRequestsPanel(Component):
    """Join requests that await a decision."""

    name = "demandes"
    order = 120
    template_name = "directory/admin/join_requests_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        waiting = JoinRequest.objects.to_decide()
        return {
            "requests": waiting[:5],
            "count": waiting.count(),
            "list_url": reverse("directory_joinrequest_modeladmin_index"),
        }


def add_join_requests_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm("directory.view_joinrequest"):
        panels.append(JoinRequestsPanel())


class MessagesToReviewPanel(Component):
    """First messages of new members that await review."""

    name = "messages-a-relire"
    order = 122
    template_name = "directory/admin/messages_to_review_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {
            "count": ContactMessage.objects.to_review().count(),
            "list_url": reverse("directory_messagetoreview_modeladmin_index"),
        }


def add_messages_to_review_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm("directory.view_messagetoreview"):
        panels.append(MessagesToReviewPanel())


class ReportedMessagesPanel(Component):
    """Reported messages between members that nobody has handled."""

    name = "signalements"
    order = 125
    template_name = "directory/admin/reported_messages_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {
            "count": ContactMessage.objects.to_handle().count(),
            "list_url": reverse("directory_contactmessage_modeladmin_index"),
        }


def add_reported_messages_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm("directory.view_contactmessage"):
        panels.append(ReportedMessagesPanel())


class CardOpeningsPanel(Component):
    """Members who opened so many cards in a day that they may be copying the directory."""

    name = "fiches-ouvertes"
    order = 127
    template_name = "directory/admin/card_openings_panel.html"
    shown = 5

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        rows = list(CardOpenings.objects.unusual())
        return {
            "rows": rows[: self.shown],
            "others": max(0, len(rows) - self.shown),
            "kept_days": OPENINGS_KEPT.days,
            "list_url": reverse("directory_member_modeladmin_index"),
        }


def add_card_openings_panel(request: HttpRequest, panels: list[Component]) -> None:
    if request.user.has_perm("directory.change_member"):
        panels.append(CardOpeningsPanel())
