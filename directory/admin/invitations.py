"""Invitations and their downloads in the back office."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from wagtail.admin.panels import FieldPanel

from directory.models import Invitation, InvitationDownload
from home.admin import HardenedModelAdmin, ReadOnlyPermissionHelper
from home.french import count_of


class InvitationAdmin(HardenedModelAdmin):
    model = Invitation
    menu_label, menu_icon = "Invitations", "doc-full"
    list_display = (
        "title", "made_from", "page", "audience", "available_from", "available_until", "downloaded",
    )  # fmt: skip
    list_filter = ("audience", "available_until")
    search_fields = ("title",)
    inspect_view_fields = (
        "title", "document", "page", "audience", "available_from", "available_until",
    )  # fmt: skip
    panels = [
        FieldPanel("title"),
        FieldPanel("document"),
        FieldPanel("page"),
        FieldPanel("audience"),
        FieldPanel("available_from"),
        FieldPanel("available_until"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        rows = super().get_queryset(request).select_related("page", "document")
        return rows.annotate(
            times=Count("downloads"), people=Count("downloads__user", distinct=True)
        )

    @display(description="faite de")
    def made_from(self, row: Invitation) -> str:
        return "un document" if row.document else "la page"

    @display(description="téléchargements")
    def downloaded(self, row: Any) -> str:
        """Return the number of downloads and of members, with a link to the list. That list needs its own permission."""
        if not row.times:
            return "aucun"
        return format_html(
            '<a href="{}?invitation__id__exact={}">{}, {}</a>',
            reverse("directory_invitationdownload_modeladmin_index"),
            row.pk,
            count_of(row.times, "fois,fois"),
            count_of(row.people, "membre"),
        )


class InvitationDownloadAdmin(HardenedModelAdmin):
    """The read-only list of downloads, with members' names. The retention job deletes old rows."""

    model = InvitationDownload
    menu_label, menu_icon = "Téléchargements", "download"
    list_display = ("invitation", "user", "downloaded_at")
    list_filter = ("invitation", "downloaded_at")
    search_fields = ("invitation__title", "user__first_name", "user__last_name")
    list_export = ("invitation", "user", "downloaded_at")
    inspect_view_fields = ("invitation", "user", "downloaded_at")
    permission_helper_class = ReadOnlyPermissionHelper

    def get_queryset(self, request: HttpRequest) -> QuerySet[InvitationDownload]:
        return super().get_queryset(request).select_related("invitation", "user")
