"""The report of links that lead nowhere, elsewhere, or where readers may not follow."""

from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from home.access import Visitor
from home.admin.reports.base import PageColumn, SiteReport, editor_of, pages_of
from home.models.links import PageLink, PageLinkQuerySet, Problem


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
    cell_template_name = "home/admin/reports/problem_cell.html"


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
