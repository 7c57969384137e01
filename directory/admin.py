"""The back office of the network: members, organisations, territories, requests to join, invitations."""

from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Value,
)
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdminGroup

from directory import membership, writing
from directory.models import (
    ContactMessage,
    Invitation,
    InvitationDownload,
    JoinRequest,
    Member,
    MessageToReview,
    Organisation,
    Territory,
    User,
)
from directory.models.accounts import WARNED_AFTER
from directory.querysets import LATE
from directory.requests import AccountRequest
from home.access import MEMBERS_GROUP
from home.admin import ActionRefused, HardenedModelAdmin, ReadOnlyPermissionHelper, RowAction
from home.french import count_of, long_date
from home.periods import months_before


class CardAdminForm(WagtailAdminModelForm):
    """Themes are rows of their own: what the search finds is written again once they are saved."""

    def save(self, commit: bool = True) -> Any:
        card = super().save(commit)
        if commit:
            card.refresh_search_text()
        return card


class NoNewRowsPermissionHelper(PermissionHelper):
    """Members and requests come by joining, and go by leaving: the list neither adds nor deletes."""

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        return False


class ActivityFilter(SimpleListFilter):
    """Who sleeps, as the warnings count it."""

    title = "activité"
    parameter_name = "activite"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("endormi", f"Sans activité depuis {WARNED_AFTER}\u00a0mois")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "endormi":
            return queryset
        return queryset.filter(user__active_at__lte=months_before(timezone.now(), WARNED_AFTER))


class MemberAdmin(HardenedModelAdmin):
    model = Member
    index_template_name = "directory/admin/members.html"
    menu_label, menu_icon = "Membres", "user"
    list_display = (
        "name", "organisation", "role", "situation", "last_activity", "ambassador", "joined_at",
    )  # fmt: skip
    list_filter = ("is_ambassador", ActivityFilter, "territory", "joined_at")
    search_fields = ("name", "role", "organisation__name")
    list_export = (
        "last_name", "first_name", "organisation", "role", "city", "territory", "address",
        "situation", "is_ambassador", "joined_at", "confirmed_at",
    )  # fmt: skip
    inspect_view_fields = (
        "name", "organisation", "role", "city", "territory", "situation", "is_ambassador",
        "joined_at", "confirmed_at", "last_activity",
    )  # fmt: skip
    permission_helper_class = NoNewRowsPermissionHelper
    row_actions = (
        RowAction("suspendre", "Suspendre", run="suspend", shown=lambda row: row.in_group),
        RowAction(
            "reintegrer",
            "Réintégrer",
            run="reinstate",
            shown=lambda row: row.user_id and not row.in_group,
        ),
    )
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("first_name"), FieldPanel("last_name"), FieldPanel("organisation")],
                heading="Personne",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("role"),
                    FieldPanel("city"),
                    FieldPanel("territory"),
                    FieldPanel("themes"),
                    FieldPanel("is_ambassador"),
                ],
                heading="Dans le réseau",
            ),
            MultiFieldPanel(
                [FieldPanel("presentation"), FieldPanel("offers"), FieldPanel("seeks")],
                heading="Fiche",
            ),
        ],
        base_form_class=CardAdminForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        """Who left is out of sight of the team too: nobody but themselves brings them back."""
        groups = User.groups.through.objects.filter(
            user_id=OuterRef("user_id"), group__name=MEMBERS_GROUP
        )
        return (
            super()
            .get_queryset(request)
            .filter(user__departure=None)
            .select_related("organisation", "territory", "user")
            .annotate(in_group=Exists(groups))
        )

    @display(description="situation")
    def situation(self, row: Any) -> str:
        return "membre" if row.in_group else "suspendu·e"

    @display(description="ambassadrice ou ambassadeur", ordering="is_ambassador")
    def ambassador(self, row: Member) -> str:
        return "oui" if row.is_ambassador else "non"

    @display(description="dernière activité", ordering="user__active_at")
    def last_activity(self, row: Member) -> str:
        return long_date(row.user.active_at, weekday=False) if row.user else ""

    @display(description="adresse e-mail du compte")
    def address(self, row: Member) -> str:
        return row.user.email if row.user else ""

    def suspend(self, request: AccountRequest, member: Member) -> str:
        membership.suspend(member, by=request.user)
        return f"{member} n’a plus accès à l’espace membres."

    def reinstate(self, request: AccountRequest, member: Member) -> str:
        membership.reinstate(member, by=request.user, at=timezone.now())
        return f"{member} retrouve l’accès à l’espace membres."


class OrganisationAdmin(HardenedModelAdmin):
    model = Organisation
    menu_label, menu_icon = "Organisations", "home"
    list_display = ("name", "kind", "city", "territory")
    list_filter = ("kind", "territory")
    search_fields = ("name", "city")
    list_export = ("name", "kind", "city", "territory", "website", "phone", "email")
    inspect_view_fields = ("name", "kind", "city", "territory", "website", "phone")
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("name"), FieldPanel("kind"), FieldPanel("email_domain")],
                heading="Organisation",
            ),
            MultiFieldPanel(
                [FieldPanel("city"), FieldPanel("territory"), FieldPanel("themes")],
                heading="Dans le réseau",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("presentation"),
                    FieldPanel("website"),
                    FieldPanel("phone"),
                    FieldPanel("email"),
                ],
                heading="Fiche",
            ),
        ],
        base_form_class=CardAdminForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).select_related("territory")


class TerritoryAdmin(HardenedModelAdmin):
    model = Territory
    menu_label, menu_icon = "Territoires", "globe"
    list_display = ("name", "kind", "code", "parent")
    list_filter = ("kind",)
    search_fields = ("name", "code")
    inspect_view_fields = ("name", "kind", "code", "parent", "latitude", "longitude")
    panels = [
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldPanel("code"),
        FieldPanel("parent"),
        FieldPanel("latitude"),
        FieldPanel("longitude"),
        FieldPanel("outline"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Territory]:
        return super().get_queryset(request).select_related("parent")


def waits(row: JoinRequest) -> bool:
    return row.state == JoinRequest.State.CONFIRMED


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
        RowAction("admettre", "Admettre", run="admit", shown=waits),
        RowAction("refuser", "Refuser", run="refuse", shown=waits),
    )
    panels = [FieldPanel("organisation"), FieldPanel("refusal_reason")]

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
        """What helps to decide."""
        found = {
            "organisation de l’annuaire": row.organisation_id is not None,
            "adresse d’une organisation de l’annuaire": row.known_domain,
            f"invité·e par {row.invited_by}": row.invited_by is not None,
            "déjà refusée": row.refused_before,
            "attend depuis plus de 48 heures": waits(row)
            and timezone.now() - row.confirmed_at > LATE,
        }
        return ", ".join(words for words, holds in found.items() if holds)

    def admit(self, request: AccountRequest, row: JoinRequest) -> str:
        try:
            member = membership.admit(row, by=request.user, at=timezone.now())
        except membership.AlreadyDecided as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return f"{member} est membre du réseau, et le message de bienvenue part."

    def refuse(self, request: AccountRequest, row: JoinRequest) -> str:
        try:
            membership.refuse(row, reason=row.refusal_reason, by=request.user, at=timezone.now())
        except (membership.AlreadyDecided, membership.ReasonMissing) as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return f"La demande de {row} est refusée, et le motif lui est envoyé."


class MessageToReviewAdmin(HardenedModelAdmin):
    """The first message of a new member waits here; one gesture lets it go, or refuses it. Read it by « Examiner »."""

    model = MessageToReview
    menu_label, menu_icon = "Messages à relire", "view"
    list_display = ("subject", "extract", "sender", "recipient", "sent_at")
    search_fields = ("subject",)
    inspect_view_fields = ("subject", "whole_text", "sender", "recipient", "sent_at")
    permission_helper_class = ReadOnlyPermissionHelper
    row_actions = (
        RowAction("laisser-partir", "Envoyer", run="let_go"),
        RowAction("refuser", "Refuser", run="hold_back"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageToReview]:
        rows = super().get_queryset(request).filter(review=ContactMessage.Review.WAITING)
        return rows.select_related("sender", "recipient")

    @display(description="message")
    def extract(self, row: MessageToReview) -> str:
        return Truncator(row.text).chars(160)

    @display(description="message")
    def whole_text(self, row: MessageToReview) -> str:
        return format_html("<pre>{}</pre>", row.text)

    def let_go(self, request: AccountRequest, message: MessageToReview) -> str:
        try:
            writing.let_go(message, by=request.user, at=timezone.now())
        except writing.AlreadyReviewed as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return f"Le message de {message.author_name} part, et cette personne en est prévenue."

    def hold_back(self, request: AccountRequest, message: MessageToReview) -> str:
        try:
            writing.hold_back(message, by=request.user, at=timezone.now())
        except writing.AlreadyReviewed as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return (
            f"Le message de {message.author_name} ne part pas, et cette personne en est prévenue."
        )


class ReportedMessageAdmin(HardenedModelAdmin):
    """Only what its recipient reported: the rest is nobody else's."""

    model = ContactMessage
    menu_label, menu_icon = "Messages signalés", "warning"
    list_display = ("subject", "author", "recipient", "reported_at", "handled_at")
    list_filter = ("reported_at",)
    search_fields = ("subject",)
    inspect_view_fields = (
        "subject", "text", "author", "recipient", "sent_at", "reported_at", "handled_at",
    )  # fmt: skip
    permission_helper_class = ReadOnlyPermissionHelper
    row_actions = (
        RowAction(
            "traiter", "Marquer comme traité", run="handle", shown=lambda m: not m.handled_at
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactMessage]:
        rows = super().get_queryset(request).filter(reported_at__isnull=False)
        return rows.select_related("sender", "recipient")

    @display(description="de", ordering="sender")
    def author(self, message: ContactMessage) -> str:
        return message.author_name

    def handle(self, request: AccountRequest, message: ContactMessage) -> str:
        writing.handle(message, by=request.user, at=timezone.now())
        return "Ce message est marqué comme traité."


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
        """How often, by how many; the list of who is behind it, under a right of its own."""
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
    """Who downloaded what: written by the site, read by whoever has the right, forgotten after its time."""

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


class NetworkGroup(ModelAdminGroup):
    menu_label = "Réseau"
    menu_icon = "group"
    menu_order = 300
    items = (
        JoinRequestAdmin,
        MemberAdmin,
        OrganisationAdmin,
        TerritoryAdmin,
        InvitationAdmin,
        InvitationDownloadAdmin,
        MessageToReviewAdmin,
        ReportedMessageAdmin,
    )


def register_log_actions(actions: Any) -> None:
    for action, label, message in (
        (membership.ADMIT, "Admettre", "Admise dans le réseau"),
        (membership.REFUSE, "Refuser", "Demande refusée"),
        (membership.SUSPEND, "Suspendre", "Sortie du groupe des membres"),
        (membership.REINSTATE, "Réintégrer", "Remise dans le groupe des membres"),
        (membership.LEAVE, "Quitter", "A quitté le réseau"),
        (membership.COME_BACK, "Revenir", "Est revenu·e dans le réseau"),
        (writing.HANDLE, "Traiter un signalement", "Message signalé, traité"),
        (writing.PASS, "Envoyer un message relu", "Premier message relu, envoyé"),
        (writing.HOLD_BACK, "Refuser un message relu", "Premier message relu, refusé"),
        (membership.IMPORT, "Importer", "Ajoutée depuis un fichier"),
        (
            membership.FALL_ASLEEP,
            "Effacer un compte endormi",
            "Trois ans sans activité, effacement",
        ),
    ):
        actions.register_action(action, label, message)
