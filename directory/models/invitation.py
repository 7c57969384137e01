"""Invitations for members, their downloads, and bookmarks."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from wagtail.models import Page

from directory.models.enums import InvitationAudience
from directory.models.querysets import InvitationQuerySet
from home.pdf.leaflets import Leaflet, leaflet_of


class Invitation(models.Model):
    """A file that members download: an uploaded document, or a PDF generated on request from a page."""

    Audience = InvitationAudience

    title = models.CharField("titre", max_length=200)
    document = models.ForeignKey(
        "home.SiteDocument",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="document",
        help_text="Rangé dans une collection privée, réservée aux membres. Vide : le site compose lui-même l’invitation, "
        "un PDF accessible fait de la page de l’événement telle qu’elle est publiée.",
    )
    page = models.ForeignKey(
        Page,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="invitations",
        verbose_name="page de l’événement",
    )
    audience = models.CharField(
        "pour", max_length=12, choices=Audience.choices, default=Audience.MEMBERS
    )
    available_from = models.DateField("disponible à partir du", null=True, blank=True)
    available_until = models.DateField(
        "disponible jusqu’au", null=True, blank=True, help_text="Ce jour compris."
    )
    created_at = models.DateTimeField("ajoutée le", default=timezone.now, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(available_from=None)
                | models.Q(available_until=None)
                | models.Q(available_from__lte=models.F("available_until")),
                name="invitation_dates_in_order",
                violation_error_message="La fin précède le début.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.document and not self.document.collection.get_view_restrictions():
            raise ValidationError(
                {"document": "Ce document est public : rangez-le dans une collection réservée."}
            )
        if not (self.document or self.page):
            raise ValidationError("Choisissez un document, ou la page dont l’invitation est faite.")
        if not self.document and self.leaflet(timezone.now()) is None:
            raise ValidationError(
                {
                    "page": "L’invitation se compose à partir d’un événement : choisissez-en un, ou un document."
                }
            )

    def leaflet(self, now: datetime.datetime) -> Leaflet | None:
        """Return the content of the PDF, or None if there is no page or the page has no leaflet."""
        return leaflet_of(self.page.specific, now) if self.page else None


class InvitationDownload(models.Model):
    """A download by a member, visible to staff and in the member's data until the retention job deletes it."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="downloads", verbose_name="invitation"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="invitation_downloads",
        verbose_name="membre",
    )
    downloaded_at = models.DateTimeField("téléchargée le", db_index=True)

    # Not content: editors need no usage of pages in these rows.
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-downloaded_at", "-pk"]
        verbose_name = "téléchargement d’invitation"
        verbose_name_plural = "téléchargements d’invitations"
        permissions = [
            ("export_invitationdownload", "Peut exporter les téléchargements d’invitations")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.invitation}"


class Bookmark(models.Model):
    """A page saved by a member. It does not tell what the page was once that is deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="bookmarks",
        verbose_name="compte",
    )
    page = models.ForeignKey(
        Page, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="page"
    )
    saved_at = models.DateTimeField("enregistrée le", default=timezone.now)

    class Meta:
        ordering = ["-saved_at", "-pk"]
        verbose_name = "page enregistrée"
        verbose_name_plural = "pages enregistrées"
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="bookmark_once")]

    def __str__(self) -> str:
        return f"{self.user} : {self.page}"
