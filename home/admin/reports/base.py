"""The base of the reports: Wagtail's, with the spreadsheets, the sentences and the rights of this site."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy
from wagtail.query import PageQuerySet

from home import spreadsheets
from home.access import Visitor
from home.responses import private

#: Rights on pages, one of which a reader of reports has.
OFFICE = ("add", "change", "publish")


def pages_of(user: Visitor) -> PageQuerySet:
    """Return the pages on which the user works in the back office."""
    return page_permission_policy.instances_user_has_any_permission_for(user, OFFICE)


class PageColumn(Column):
    """The title of a page as a link to its editor. The accessor leads to the page."""

    cell_template_name = "home/admin/reports/page_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        page = context["raw_value"]
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        return context | {"page": page, "address": address}


class SiteReport(ReportView):
    """A list with a sentence above it, another one when it is empty, and an export with French headings.

    A subclass gives `name` (the end of its address), `page_title`, `header_icon`, `explanation`, `empty`, `columns`,
    `exported` and `get_queryset`.
    """

    name = ""
    explanation = ""
    empty = ""
    #: Heading of the export → dotted path or function of a row.
    exported: dict[str, Callable[[Any], Any]] = {}
    permission_policy = page_permission_policy
    any_permission_required = OFFICE
    template_name = "home/admin/reports/report.html"
    results_template_name = "home/admin/reports/report_results.html"
    list_export = ["ligne"]
    order = 1000

    @property
    def no_results_message(self) -> str:
        return "Rien ne correspond à ces filtres." if self.is_filtering else self.empty

    @property
    def index_url_name(self) -> str:
        return f"report_{self.name}"

    @property
    def index_results_url_name(self) -> str:
        return f"report_{self.name}_results"

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        return context | {"explanation": self.explanation}

    def as_spreadsheet(self, queryset: Iterable[Any], spreadsheet_format: str) -> HttpResponse:
        headings = list(self.exported)
        rows = ([value(row) for value in self.exported.values()] for row in queryset)
        if spreadsheet_format == self.FORMAT_XLSX:
            content = spreadsheets.xlsx(self.page_title, headings, rows)
            kind = spreadsheets.XLSX_TYPE
        else:
            content, kind = spreadsheets.csv_text(headings, rows), spreadsheets.CSV_TYPE
        name = f"{slugify(self.page_title)}-{timezone.localdate():%Y-%m-%d}.{spreadsheet_format}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        }
        return private(HttpResponse(content, content_type=kind, headers=headers))

    @classmethod
    def urls(cls) -> list[URLPattern]:
        """Return the addresses of the report and of its list alone, which filters ask for."""
        return [
            path(f"rapports/{cls.name}/", cls.as_view(), name=f"report_{cls.name}"),
            path(
                f"rapports/{cls.name}/lignes/",
                cls.as_view(results_only=True),
                name=f"report_{cls.name}_results",
            ),
        ]

    @classmethod
    def menu_item(cls) -> MenuItem:
        return ReportMenuItem(
            cls.page_title,
            reverse(f"report_{cls.name}"),
            name=f"rapport-{cls.name}",
            icon_name=cls.header_icon,
            order=cls.order,
        )


class ReportMenuItem(MenuItem):
    """Shown to those who work on pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return page_permission_policy.user_has_any_permission(request.user, OFFICE)


def editor_of(page: Page) -> str:
    """Return the name of the person who made the page, empty if the account is gone."""
    owner = page.owner
    return (owner.get_full_name() or owner.email) if owner else ""
