"""Requests to join, and invitations of colleagues. An account is created only when a request is admitted."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from directory.models.cards import Member, Organisation
from directory.models.enums import JoinRequestState
from directory.models.querysets import JoinRequestQuerySet
from directory.models.territories import Territory
from home.mail.address_field import AddressField


class ColleagueInvitation(models.Model):
    """A member's invitation to a colleague, deleted when its link expires."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="colleague_invitations",
        verbose_name="de",
    )
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    email = AddressField("adresse e-mail")
    sent_at = models.DateTimeField("envoyée le")
    #: False if no e-mail was sent, because the address is known or suppressed. The member is not told.
    delivered = models.BooleanField("partie", default=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = "invitation d’une ou d’un collègue"
        verbose_name_plural = "invitations de collègues"
        indexes = [models.Index(fields=["email", "sent_at"], name="colleague_invited")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class JoinRequest(models.Model):
    State = JoinRequestState

    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    email = AddressField("adresse e-mail")
    organisation_name = models.CharField("organisation", max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="organisation de l’annuaire",
        help_text="Choisissez-la si elle existe déjà ; sinon elle sera créée à l’admission.",
    )
    territory = models.ForeignKey(
        Territory,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="territoire",
    )
    role = models.CharField("fonction", max_length=120, blank=True)
    reason = models.TextField("pourquoi rejoindre le réseau", max_length=600)
    charter_version = models.CharField("charte acceptée", max_length=40)
    wants_letter = models.BooleanField("souhaite la lettre", default=False)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.SENT)
    sent_at = models.DateTimeField("reçue le", default=timezone.now)
    confirmed_at = models.DateTimeField("confirmée le", null=True, blank=True)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="décidée par",
    )
    announced_at = models.DateTimeField("dite à l’équipe le", null=True, blank=True, editable=False)
    late_told_at = models.DateTimeField("rappelée le", null=True, blank=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="invité·e par",
    )
    refusal_reason = models.TextField("motif du refus", max_length=1000, blank=True)
    member = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="membre",
    )

    # Not content: editors need no usage of pages in these rows.
    wagtail_reference_index_ignore = True

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]
        verbose_name = "demande d’adhésion"
        verbose_name_plural = "demandes d’adhésion"
        permissions = [("export_joinrequest", "Peut exporter les demandes d’adhésion")]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(state__in=(JoinRequestState.SENT, JoinRequestState.CONFIRMED)),
                name="join_request_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=(JoinRequestState.SENT, JoinRequestState.CONFIRMED), decided_at=None
                )
                | models.Q(
                    state__in=(JoinRequestState.ADMITTED, JoinRequestState.REFUSED),
                    decided_at__isnull=False,
                ),
                name="join_request_decided_with_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"
