"""Members, organisations and territories in the back office."""

from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList

from directory.admin.permissions import NoNewRowsPermissionHelper
from directory.membership import admission
from directory.models import Member, Organisation, Territory, User
from directory.models.inactivity_timetable import WARNED_AFTER
from home.access import MEMBERS_GROUP, AccountRequest
from home.admin import ActionRefused, HardenedModelAdmin, RowAction
from home.french import long_date
from home.periods import months_before


class CardAdminForm(WagtailAdminModelForm):
    """Updates the card's search text after its themes, which are saved after the card."""

    def save(self, commit: bool = True) -> Any:
        card = super().save(commit)
        if commit:
            card.refresh_search_text()
        return card


class ActivityFilter(SimpleListFilter):
    """Filters inactive members, by the same period as the first warning."""

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
        RowAction(
            "suspendre",
            "Suspendre",
            run="suspend",
            shown=lambda row: row.in_group,
            explains="Cette personne n’aura plus accès à l’espace membres, et sa fiche disparaîtra de l’annuaire. "
            "Le site ne la prévient pas\u00a0: écrivez-lui. «\u00a0Réintégrer\u00a0» lui rendra tout.",
        ),
        RowAction(
            "reintegrer",
            "Réintégrer",
            run="reinstate",
            shown=lambda row: row.user_id and not row.in_group,
            explains="Cette personne retrouvera l’accès à l’espace membres, et sa fiche sera de nouveau dans l’annuaire. "
            "Le site ne la prévient pas\u00a0: écrivez-lui.",
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
        """Return the members, without those who left: only they can undo their departure."""
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
        try:
            admission.suspend(member, by=request.user)
        except admission.NoAccount as refusal:
            raise ActionRefused(str(refusal)) from refusal
        return f"{member} n’a plus accès à l’espace membres."

    def reinstate(self, request: AccountRequest, member: Member) -> str:
        try:
            admission.reinstate(member, by=request.user, at=timezone.now())
        except admission.NoAccount as refusal:
            raise ActionRefused(str(refusal)) from refusal
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
