"""The report « Bilan de l’année »: figures for funders, their downloads, and the closing of a year."""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.permissions import page_permission_policy

from home import spreadsheets
from home.access import Account, AccountRequest
from home.admin.confirmation import show_confirmation
from home.admin.reports.base import OFFICE, ReportMenuItem
from home.figures.answers import Scope
from home.figures.documents import pdf_of, spreadsheet_of
from home.figures.plots import plot_of
from home.figures.statement import (
    FIRST_YEAR,
    Statement,
    YearRefused,
    close_year,
    reopen_year,
    statement_of,
)
from home.figures.summary import text_of
from home.models import SiteSettings
from home.pdf.leaflets import Letterhead, PressFailed
from home.responses import private

TITLE = "Bilan de l’année"
#: Who closes a year, and sees small numbers.
MAY_CLOSE = "home.change_sitesettings"


def may_read(user: Account) -> bool:
    return page_permission_policy.user_has_any_permission(user, OFFICE)


def statement_or_404(request: AccountRequest, year: int, *, hides: bool = True) -> Statement:
    """Return the statement of this year and of the theme in the address, for those who read reports."""
    if not may_read(request.user):
        raise PermissionDenied
    now = timezone.now()
    require_year(year, now)
    scope = Scope(year, now, request.GET.get("theme", "")[:80])
    found = statement_of(scope, hides=hides)
    if found is None:
        raise Http404
    return found


def require_year(year: int, now: datetime) -> None:
    """Raise Http404 for a year without figures: one to come, or one that is no year."""
    if not FIRST_YEAR <= year <= this_year(now):
        raise Http404


def this_year(now: datetime) -> int:
    return timezone.localtime(now).year


@require_safe
def latest_year(request: AccountRequest) -> HttpResponse:
    """Go on to the current year."""
    return redirect("year_figures", this_year(timezone.now()))


@require_safe
def show_year(request: AccountRequest, year: int) -> HttpResponse:
    may_close = request.user.has_perm(MAY_CLOSE)
    hides = not (may_close and request.GET.get("petits") == "1")
    statement = statement_or_404(request, year, hides=hides)
    groups = [
        (group, [(one, plot_of(one.rows)) for one in figures])
        for group, figures in statement.groups()
    ]
    safe = Statement(statement.scope, statement.figures, statement.themes, statement.closed)
    context = {
        "statement": statement,
        "year": year,
        "theme": statement.scope.theme,
        "groups": groups,
        "has_hidden": any(one.has_hidden for _group, figures in safe.groups() for one in figures),
        "text": text_of(safe, SiteSettings.for_request(request).name),
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < this_year(statement.scope.now) else None,
        "may_close": may_close and statement.scope.is_over and statement.closed is None,
        "may_reopen": request.user.is_superuser and statement.closed is not None,
        "sees_small": may_close,
    }
    return private(render(request, "home/admin/reports/year_figures.html", context))


@require_safe
def download_spreadsheet(request: AccountRequest, year: int) -> HttpResponse:
    statement = statement_or_404(request, year)
    return attachment(statement, spreadsheet_of(statement), spreadsheets.XLSX_TYPE, "xlsx")


@require_safe
def download_pdf(request: AccountRequest, year: int) -> HttpResponse:
    statement = statement_or_404(request, year)
    letterhead = Letterhead.of(SiteSettings.for_request(request))
    try:
        content = pdf_of(statement, letterhead)
    except PressFailed:
        messages.error(request, "Le PDF n’a pas pu être fait. Réessayez dans un moment.")
        return redirect("year_figures", year)
    return attachment(statement, content, "application/pdf", "pdf")


def attachment(statement: Statement, content: bytes, kind: str, extension: str) -> HttpResponse:
    name = f"{slugify(statement.title.replace('’', ' '))}.{extension}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
    }
    return private(HttpResponse(content, content_type=kind, headers=headers))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AccountRequest, year: int) -> HttpResponse:
    if not request.user.has_perm(MAY_CLOSE):
        raise PermissionDenied
    return ask_then(
        request,
        year,
        label="Clore l’année",
        explanation=f"Les chiffres de {year}, et ceux de chaque thème, sont gardés tels qu’ils sont aujourd’hui. Ni l’effacement "
        "des personnes, ni une page corrigée ne les changent plus.",
        act=lambda: close_year(year=year, by=request.user, now=timezone.now()),
        done=f"L’année {year} est close\u00a0: ses chiffres ne changent plus.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: AccountRequest, year: int) -> HttpResponse:
    if not request.user.is_superuser:
        raise PermissionDenied
    return ask_then(
        request,
        year,
        label="Rouvrir l’année",
        explanation=f"Les chiffres gardés de {year} sont oubliés, et comptés à nouveau d’après ce que le site sait encore. Les "
        "personnes dont les noms ont été effacés n’y seront plus\u00a0: gardez d’abord le PDF ou le tableur.",
        act=lambda: reopen_year(year=year, by=request.user),
        done=f"L’année {year} est rouverte\u00a0: ses chiffres sont comptés à nouveau.",
    )


def ask_then(
    request: HttpRequest,
    year: int,
    *,
    label: str,
    explanation: str,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    """Show what the act does (GET), or do it (POST)."""
    require_year(year, timezone.now())
    back = reverse("year_figures", args=[year])
    if request.method != "POST":
        return show_confirmation(
            request,
            label=label,
            about=year,
            explanation=explanation,
            letters=[],
            back=back,
            icon="table",
        )
    try:
        act()
        messages.success(request, done)
    except YearRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def urls() -> list[URLPattern]:
    start = "rapports/bilan/"
    return [
        path(start, latest_year, name="report_bilan"),
        path(f"{start}<int:year>/", show_year, name="year_figures"),
        path(f"{start}<int:year>/tableur/", download_spreadsheet, name="year_figures_spreadsheet"),
        path(f"{start}<int:year>/pdf/", download_pdf, name="year_figures_pdf"),
        path(f"{start}<int:year>/clore/", close, name="close_year"),
        path(f"{start}<int:year>/rouvrir/", reopen, name="reopen_year"),
    ]


def menu_item() -> MenuItem:
    return ReportMenuItem(
        TITLE, reverse("report_bilan"), name="rapport-bilan", icon_name="table", order=100
    )
