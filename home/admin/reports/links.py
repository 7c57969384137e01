"""The report of links that lead nowhere, elsewhere, or where readers may not follow."""

from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.permissions import page_permission_policy

from home.access import AccountRequest, Visitor
from home.admin.reports.base import PageColumn, SiteReport, editor_of, pages_of
from home.french import count_of
from home.links.replacement import replace_everywhere
from home.models.links import ExternalAddress, PageLink, PageLinkQuerySet, Problem


def broken_links(user: Visitor) -> PageLinkQuerySet:
    """Return the links to mend on the pages on which the user works."""
    return PageLink.objects.broken().filter(page__in=pages_of(user))


def count_broken_links(user: Visitor) -> int:
    return broken_links(user).count()


def owners(request: HttpRequest) -> QuerySet[Any]:
    pages = pages_of(request.user).exclude(owner=None)
    return get_user_model()._default_manager.filter(pk__in=pages.values("owner"))


class LinkFilters(WagtailFilterSet):
    problem = django_filters.ChoiceFilter(
        label="Problème", choices=[(one.value, capfirst(one.label)) for one in Problem]
    )
    page__owner = django_filters.ModelChoiceFilter(label="Personne", queryset=owners)

    class Meta:
        model = PageLink
        fields: list[str] = []


class LinkColumn(Column):
    cell_template_name = "home/admin/reports/link_cell.html"


class ProblemColumn(Column):
    """The problem, and the button that replaces an address, shown to those who publish."""

    cell_template_name = "home/admin/reports/problem_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        # Wagtail's policy keeps the rights of a user in memory: no query per row.
        may_publish = page_permission_policy.user_has_permission(context["request"].user, "publish")
        return context | {
            "may_publish": may_publish,
            "csrf_token": parent_context.get("csrf_token"),
        }


class ReplaceView(View):
    """Replace an address that has moved, by a POST from its row."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not page_permission_policy.user_has_permission(request.user, "publish"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: AccountRequest, pk: int) -> HttpResponse:
        address = get_object_or_404(ExternalAddress, pk=pk)
        done = replace_everywhere(address=address, by=request.user)
        if done.count:
            messages.success(request, f"Adresse remplacée dans {count_of(done.count, 'page')}.")
        if done.left:
            titles = ", ".join(f"«\u00a0{title}\u00a0»" for title in done.left)
            messages.warning(
                request,
                "À remplacer à la main, car verrouillée, en relecture, programmée ou confiée à quelqu’un d’autre\u00a0: "
                f"{titles}.",
            )
        if not (done.count or done.left):
            messages.warning(request, "C’est déjà fait\u00a0: rien à remplacer.")
        return redirect("report_liens")


class LinkReport(SiteReport):
    name = "liens"
    page_title = "Liens à réparer"
    header_icon = "link"
    order = 110
    explanation = (
        "Les liens vers nos pages et nos documents sont vérifiés à l’instant, ceux vers d’autres sites chaque nuit. "
        "Un lien vers une page supprimée ou non publiée garde son texte, mais ne mène plus nulle part."
    )
    empty = "Aucun lien à réparer."
    filterset_class = LinkFilters
    columns = [
        PageColumn("page", label="Page"),
        LinkColumn("link", label="Lien"),
        ProblemColumn("problem", label="Problème"),
        Column("editor", label="Personne", accessor=lambda link: editor_of(link.page)),
    ]
    exported = {
        "Page": lambda link: link.page.title,
        "Où": lambda link: capfirst(link.place),
        "Texte du lien": lambda link: link.words,
        "Mène à": lambda link: link.destination,
        "Problème": lambda link: link.problem_label,
        "Raison": lambda link: link.reason,
        "Nouvelle adresse": lambda link: link.proposal,
        "Personne": lambda link: editor_of(link.page),
    }

    def get_queryset(self) -> PageLinkQuerySet:
        joined = ("page__owner", "target_page", "target_document", "external")
        rows = broken_links(self.request.user).select_related(*joined)
        return rows.order_by("page__title", "page", "pk")

    @classmethod
    def urls(cls) -> list[URLPattern]:
        replace = path(
            "rapports/liens/<int:pk>/remplacer/", ReplaceView.as_view(), name="replace_address"
        )
        return [*super().urls(), replace]
