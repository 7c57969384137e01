"""Join requests in the back office, with actions to admit or refuse them."""

from typing import Any

from django import forms
from django.contrib.admin import display
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel

from directory.admin.permissions import NoNewRowsPermissionHelper
from directory.membership import admission
from directory.models import JoinRequest, Organisation
from directory.models.querysets import LATE
from home.access import AccountRequest
from home.admin import ActionRefused, HardenedModelAdmin, RowAction, WordForm
from home.forms.fields import PlainParagraphsField


def waits(row: JoinRequest) -> bool:
    return row.state == JoinRequest.State.CONFIRMED


class ReasonForm(WordForm):
    word = None  # type: ignore[assignment]  # Django's way to leave out an inherited field
    reason = PlainParagraphsField(
        label="Motif du refus",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Il est dans la lettre, tel que vous l’écrivez.",
        error_messages={
            "required": "Écrivez le motif du refus\u00a0: il est envoyé à la personne."
        },
    )
    to_write = {"reason": "[le motif que vous écrirez]"}


class JoinRequestAdmin(HardenedModelAdmin):
    model = JoinRequest
    menu_label, menu_icon = "Demandes d’adhésion", "mail"
    list_display = ("person", "organisation_name", "role", "territory", "state", "hints", "sent_at")
    list_filter = ("state", "territory", "sent_at")
    search_fields = ("first_name", "last_name", "organisation_name")
    list_export = (
        "last_name", "first_name", "email", "organisation_name", "role", "territory", "reason",
        "state", "sent_at", "confirmed_at", "decided_at", "decided_by",
    )  # fmt: skip
    inspect_view_fields = (
        "person", "email", "organisation_name", "role", "territory", "reason", "charter_version",
        "wants_letter", "invited_by", "state", "hints", "sent_at", "confirmed_at", "decided_at", "decided_by",
        "refusal_reason",
    )  # fmt: skip
    permission_helper_class = NoNewRowsPermissionHelper
    row_actions = (
        RowAction(
            "admettre",
            "Admettre",
            run="admit",
            shown=waits,
            explains="Cette personne aura un compte et une fiche dans l’annuaire, qu’elle complétera elle-même.",
            form=WordForm,
        ),
        RowAction(
            "refuser",
            "Refuser",
            run="refuse",
            shown=waits,
            explains="Cette demande sera refusée et ne pourra plus être admise\u00a0: la personne devrait en envoyer "
            "une autre.",
            form=ReasonForm,
        ),
    )
    panels = [FieldPanel("organisation")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[JoinRequest]:
        domains = (
            Organisation.objects.exclude(email_domain="")
            .annotate(asked=ExpressionWrapper(OuterRef("email"), output_field=CharField()))
            .filter(asked__iendswith=Concat(Value("@"), F("email_domain")))
        )
        refused = JoinRequest.objects.filter(
            email=OuterRef("email"), state=JoinRequest.State.REFUSED
        ).exclude(pk=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .select_related("territory", "organisation", "decided_by", "invited_by")
            .annotate(
                known_domain=Exists(domains),
                refused_before=Exists(refused),
            )
        )

    @display(description="personne")
    def person(self, row: JoinRequest) -> str:
        return str(row)

    @display(description="indices")
    def hints(self, row: Any) -> str:
        """Return hints that help to decide."""
        found = {
            "organisation de l’annuaire": row.organisation_id is not None,
            "adresse d’une organisation de l’annuaire": row.known_domain,
            f"invité·e par {row.invited_by}": row.invited_by is not None,
            "déjà refusée": row.refused_before,
            "attend depuis plus de 48 heures": waits(row)
            and timezone.now() - row.confirmed_at > LATE,
        }
        return ", ".join(words for words, holds in found.items() if holds)

    def admit(self, request: AccountRequest, row: JoinRequest, word: str = "") -> str:
        try:
            member = admission.admit(row, by=request.user, at=timezone.now(), word=word)
        except (admission.AlreadyDecided, admission.AccountExists) as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return f"{member} est membre du réseau, et le message de bienvenue part."

    def refuse(self, request: AccountRequest, row: JoinRequest, reason: str) -> str:
        try:
            admission.refuse(row, reason=reason, by=request.user, at=timezone.now())
        except (admission.AlreadyDecided, admission.ReasonMissing) as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return f"La demande de {row} est refusée, et le motif lui est envoyé."
