"""Admin list of newsletter subscribers, with their records of consent."""

from datetime import datetime
from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from wagtail.log_actions import registry

from home.admin.base import HardenedModelAdmin, KeptPermissionHelper, RowAction
from home.models.newsletter import Consent, Subscriber
from home.newsletter import subscriptions

UNSUBSCRIBE_ACTION = "home.unsubscribe"


class SubscriberStateFilter(SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("abonnes", "abonné·es"), ("attente", "à confirmer"), ("partis", "désabonné·es")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Subscriber]
    ) -> QuerySet[Subscriber]:
        words = {
            "abonnes": Subscriber.objects.active(),
            "attente": Subscriber.objects.unconfirmed(),
            "partis": Subscriber.objects.gone(),
        }
        chosen = words.get(self.value() or "")
        return queryset if chosen is None else queryset & chosen


class SubscriberAdmin(HardenedModelAdmin):
    model = Subscriber
    menu_label = "Abonné·es à la lettre"
    menu_icon = "group"
    list_display = ("email", "situation", "confirmed_at", "left_at", "agreed_to")
    list_filter = (SubscriberStateFilter, "confirmed_at")
    list_export = (
        "email", "situation", "asked_at", "confirmed_at", "left_at", "agreed_to", "agreed_on",
    )  # fmt: skip
    search_fields = ("email",)
    inspect_view_fields = ("email", "situation", "created_at", "confirmed_at", "left_at", "proofs")
    row_actions = (
        RowAction(
            "desabonner",
            "Désabonner",
            run="unsubscribe",
            shown=lambda row: row.is_active,
            explains="Cette adresse ne recevra plus la lettre. Seule la personne pourra s’abonner de nouveau.",
        ),
    )
    permission_helper_class = KeptPermissionHelper

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        return super().get_queryset(request).prefetch_related("consents")

    @display(description="état")
    def situation(self, row: Subscriber) -> str:
        if row.left_at:
            return "désabonné·e"
        return "abonné·e" if row.confirmed_at else "à confirmer"

    @display(description="texte accepté (version)")
    def agreed_to(self, row: Subscriber) -> str:
        return last_consent(row).text_version

    @display(description="recueilli par")
    def agreed_on(self, row: Subscriber) -> str:
        return last_consent(row).source

    @display(description="demandé le")
    def asked_at(self, row: Subscriber) -> datetime:
        return last_consent(row).given_at

    @display(description="consentements")
    def proofs(self, row: Subscriber) -> str:
        return format_html_join(
            "", "<p>{}</p>", ((consent.in_words(),) for consent in row.consents.all())
        )

    def unsubscribe(self, request: HttpRequest, row: Subscriber) -> str:
        subscriptions.leave(row, at=timezone.now(), source="équipe du réseau")
        registry.log(row, UNSUBSCRIBE_ACTION, user=request.user)
        return f"{row.email} ne reçoit plus la lettre."


def last_consent(row: Subscriber) -> Consent:
    """Return the latest consent from the prefetched ones: one query for a whole list."""
    return list(row.consents.all())[-1]
