"""Views of the member import in the back office: upload, preview and confirmation."""

from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from directory.member_import import jobs
from directory.member_import.spreadsheet import MAX_BYTES, UnreadableFile
from directory.models import MemberImport
from home import spreadsheets
from home.access import AccountRequest

PERMISSION = "directory.add_memberimport"
HEADINGS = (
    "Prénom", "Nom", "Adresse e-mail", "Organisation", "Fonction", "Commune", "Territoire", "Téléphone",
)  # fmt: skip


class FileForm(forms.Form):
    file = forms.FileField(
        label="Fichier",
        help_text="XLSX ou CSV, 5\u00a0Mo et 5\u202f000\u00a0lignes au plus.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> Any:
        """Check the size before the file is read."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError("Ce fichier est trop lourd\u00a0: 5\u00a0Mo au plus.")
        return upload


def for_who_may_import(view: Any) -> Any:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


@for_who_may_import
@require_http_methods(["GET", "HEAD", "POST"])
def choose_file(request: AccountRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            row = jobs.keep_file(
                name=upload.name, content=upload.read(), by=request.user, at=timezone.now()
            )
        except UnreadableFile as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("directory_import_report", row.uuid)
    rows = MemberImport.objects.exclude(done_at=None).select_related("brought_by")[:10]
    return render(request, "directory/admin/import_members.html", {"form": form, "rows": rows})


@for_who_may_import
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Show the verdict of each line. POST confirms the import or deletes the file."""
    row = get_object_or_404(MemberImport, uuid=uuid)
    if request.method == "POST" and "abandonner" in request.POST and not row.confirmed_at:
        row.delete()
        messages.success(request, "Le fichier est effacé, et rien n’a été importé.")
        return redirect("directory_import")
    if row.confirmed_at:
        return render(request, "directory/admin/import_running.html", {"row": row})
    verdicts = jobs.verdicts_of(row)
    seen = jobs.fingerprint(verdicts)
    if request.method == "POST" and "importer" in request.POST:
        if request.POST.get("seen") == seen:
            return start(request, row)
        messages.warning(
            request,
            "Le site a changé depuis votre lecture\u00a0: relisez ce que devient chaque ligne, puis confirmez.",
        )
    return show(request, row, verdicts, seen)


def start(request: AccountRequest, row: MemberImport) -> HttpResponse:
    try:
        with transaction.atomic():
            jobs.confirm(row, invite="inviter" in request.POST, at=timezone.now())
            jobs.import_members.enqueue(row.pk)
    except jobs.AlreadyConfirmed as refusal:
        messages.warning(request, str(refusal))
    return redirect("directory_import_report", row.uuid)


def show(
    request: AccountRequest, row: MemberImport, verdicts: list[Any], seen: str
) -> HttpResponse:
    context = {
        "row": row,
        "seen": seen,
        "newcomers": jobs.newcomers(verdicts),
        "known": [verdict for verdict in verdicts if verdict.known],
        "refused": [verdict for verdict in verdicts if verdict.refusal],
    }
    return render(request, "directory/admin/import_report.html", context)


@for_who_may_import
@require_safe
def template_file(request: AccountRequest) -> HttpResponse:
    """Serve an empty spreadsheet with the known headings."""
    return HttpResponse(
        spreadsheets.xlsx("Membres", HEADINGS, [], is_filled_in_later=True),
        content_type=spreadsheets.XLSX_TYPE,
        headers={"Content-Disposition": 'attachment; filename="modele-membres.xlsx"'},
    )
