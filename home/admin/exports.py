"""Spreadsheet exports of admin lists: a dedicated permission, a required reason, an entry in the audit log."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst, slugify
from wagtail.log_actions import LogFormatter, registry
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView

from home import spreadsheets
from home.access import Visitor
from home.mail import alerts
from home.responses import private

EXPORT_ACTION = "home.export"
#: Query parameter that holds the reason of an export.
REASON_VAR = "raison"
MIN_REASON, MAX_REASON = 3, 200
#: The administrators receive an e-mail for an export of more rows than this.
LARGE_EXPORT = 100


class ExportIndexView(IndexView):
    """A list that exports only for users with the `export_<model>` permission who give a reason."""

    def as_spreadsheet(self, queryset: QuerySet[Any], spreadsheet_format: str) -> HttpResponse:
        if not self.model_admin.may_export(self.request.user):
            return render(
                self.request,
                "home/admin/export_refused.html",
                {"index_url": self.index_url},
                status=403,
            )
        reason = " ".join(self.request.GET.get(REASON_VAR, "").split())
        if not MIN_REASON <= len(reason) <= MAX_REASON:
            return self.ask_reason(is_bad=REASON_VAR in self.request.GET)
        objects = list(queryset)
        self.log_export(spreadsheet_format, len(objects), reason)
        return self.model_admin.export(objects, spreadsheet_format)

    def ask_reason(self, *, is_bad: bool) -> HttpResponse:
        """Render the form that asks for the reason, with the filters of the list as hidden fields."""
        context = {
            "title": capfirst(self.verbose_name_plural),
            "index_url": self.index_url,
            "is_bad": is_bad,
            "kept": [
                (name, value)
                for name, values in self.request.GET.lists()
                if name not in {REASON_VAR, self.PAGE_VAR}
                for value in values
            ],
        }
        return render(self.request, "home/admin/export_reason.html", context)

    @transaction.atomic
    def log_export(self, spreadsheet_format: str, count: int, reason: str) -> None:
        filters = {
            name: values
            for name, values in self.request.GET.lists()
            if name not in {self.EXPORT_VAR, self.PAGE_VAR, REASON_VAR}
        }
        title = capfirst(self.verbose_name_plural)
        data = {"format": spreadsheet_format, "filters": filters, "count": count, "reason": reason}
        registry.log(
            self.model(pk=0), EXPORT_ACTION, user=self.request.user, title=title, data=data
        )
        if count > LARGE_EXPORT:
            alerts.large_export(title, count=count, reason=reason, by=self.request.user)


class ExportModelAdmin(ModelAdmin):
    """A ModelAdmin whose `list_export` names the fields, or methods of the class, to export."""

    def may_export(self, user: Visitor) -> bool:
        return user.has_perm(f"{self.opts.app_label}.export_{self.opts.model_name}")

    def get_list_export(self, request: HttpRequest) -> Sequence[str]:
        return self.list_export if self.may_export(request.user) else ()

    def export(self, objects: Iterable[Any], spreadsheet_format: str) -> HttpResponse:
        """Return the rows as a CSV or XLSX attachment. The caller checks the permission and logs the export."""
        title = str(self.get_menu_label())
        sheets = self.export_sheets(objects)
        if spreadsheet_format == IndexView.FORMAT_XLSX:
            content, kind = spreadsheets.workbook(sheets), spreadsheets.XLSX_TYPE
        else:
            rows = [row for sheet in sheets for row in sheet.rows]
            content, kind = spreadsheets.csv_text(sheets[0].headings, rows), spreadsheets.CSV_TYPE
        name = f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}.{spreadsheet_format}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        }
        return private(HttpResponse(content, content_type=kind, headers=headers))

    def export_sheets(self, objects: Iterable[Any]) -> list[spreadsheets.Sheet]:
        """Return the sheets of an export, one at least, with the same headings: CSV has them one after the other."""
        return [spreadsheets.Sheet(str(self.get_menu_label()), *self.export_table(objects))]

    def export_table(self, objects: Iterable[Any]) -> tuple[list[str], Iterable[list[Any]]]:
        """Return headings and rows, from `list_export`."""
        headings = [
            capfirst(str(label_for_field(name, self.model, self))) for name in self.list_export
        ]
        return headings, (
            [self.export_value(name, obj) for name in self.list_export] for obj in objects
        )

    def export_value(self, name: str, obj: Any) -> Any:
        field, _attribute, value = lookup_field(name, obj, self)
        if field is not None and getattr(field, "flatchoices", None):
            return getattr(obj, f"get_{name}_display")()
        return value


class ExportFormatter(LogFormatter):
    """Audit log message of an export: format, number of rows, reason, filters."""

    label = "Exporter une liste"

    def format_message(self, log_entry: Any) -> str:
        data = log_entry.data
        given = [f"{name} = {' '.join(values)}" for name, values in data["filters"].items()]
        filters = ", ".join(given) or "aucun"
        reason = f", motif\u00a0: {data['reason']}" if data.get("reason") else ""
        return f"Export {data['format'].upper()} de {data['count']} ligne(s){reason}, filtres : {filters}"
