"""Back-office screens of sign-in sheets: print, note who did not sign, keep photos of the signed ones."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from events.admin.event_day import event_of_day
from events.admin.sheet_forms import AbsencesForm, SheetPhotosForm
from events.admin.sheet_sections import key_of
from events.agenda.availability import places_of
from events.models import EventPage, Question, Session, SheetPhoto, SignInSheet
from events.sheets import documents
from events.sheets.absences import (
    SignatureReading,
    has_begun,
    read_signatures,
    record_signatures,
)
from events.sheets.numbers import expected_in, print_sheet
from events.sheets.photos import add_photo
from events.sheets.tables import table_guests, workshop_tables
from home.access import AccountRequest
from home.french import count_of
from home.models import SiteSettings
from home.pdf.leaflets import Letterhead, PressFailed
from home.responses import private

DAY = "events_day"
#: Signatures are shown to those who read the registrations, and kept by those who change them.
READ, CHANGE = "events.view_registration", "events.change_registration"


@require_POST
def make_sheet(request: AccountRequest, pk: int, session: UUID) -> HttpResponse:
    """Number the people of a session and give their sheet: the numbers are kept, so it is a POST."""
    event = event_of_day(request, pk)
    chosen = session_or_404(event, session)
    sheet = print_sheet(event=event, session=chosen, now=timezone.now())
    return redirect("events_sheet", pk, sheet.pk)


@require_safe
def download_sheet(request: AccountRequest, pk: int, sheet: int) -> HttpResponse:
    event = event_of_day(request, pk)
    found = sheet_or_404(event, sheet)
    try:
        content = documents.sign_in_sheet(found, event, letterhead_of(request))
    except PressFailed:
        return not_printed(request, event)
    return pdf(content, f"emargement {event.slug} {found.session} {found.pk}")


@require_safe
def download_badges(request: AccountRequest, pk: int, session: UUID) -> HttpResponse:
    event = event_of_day(request, pk)
    people = expected_in(session_or_404(event, session))
    if not people:
        messages.warning(
            request, "Personne n’a de place pour le moment\u00a0: aucun badge à faire."
        )
        return redirect(DAY, pk)
    try:
        content = documents.badges(people, event, letterhead_of(request))
    except PressFailed:
        return not_printed(request, event)
    return pdf(content, f"badges {event.slug}")


def session_or_404(event: EventPage, uuid: UUID) -> Session:
    for place in places_of(event, Session.objects.of([event])):
        if key_of(place.session) == uuid:
            return place.session
    raise Http404


def sheet_or_404(event: EventPage, key: int) -> SignInSheet:
    sheets = SignInSheet.objects.select_related("session")
    found: SignInSheet = get_object_or_404(sheets, pk=key, session__event=event)
    return found


def letterhead_of(request: HttpRequest) -> Letterhead:
    return Letterhead.of(SiteSettings.for_request(request))


def not_printed(request: HttpRequest, event: EventPage) -> HttpResponse:
    messages.error(request, "Le PDF n’a pas pu être fait. Réessayez dans un moment.")
    return redirect(DAY, event.pk)


def pdf(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{slugify(name)}.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return private(HttpResponse(content, content_type="application/pdf", headers=headers))


@require_safe
def show_tables(request: AccountRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Show the tables before they are printed: of those expected, or of those ticked present (`presentes`)."""
    event = event_of_day(request, pk, needs=READ)
    question = need_or_404(event, uuid)
    present = "presentes" in request.GET
    guests = table_guests(question, present=present)
    context = {
        "event": event,
        "question": question,
        "tables": workshop_tables(guests) if guests else [],
        "people": len(guests),
        "present": present,
    }
    return private(render(request, "events/admin/day/tables.html", context))


@require_safe
def download_tables(request: AccountRequest, pk: int, uuid: UUID) -> HttpResponse:
    event = event_of_day(request, pk, needs=READ)
    question = need_or_404(event, uuid)
    guests = table_guests(question, present="presentes" in request.GET)
    if not guests:
        return redirect("events_tables", pk, uuid)
    try:
        tables = workshop_tables(guests)
        content = documents.table_sheets(tables, question, event, letterhead_of(request))
    except PressFailed:
        return not_printed(request, event)
    return pdf(content, f"tables {event.slug}")


def need_or_404(event: EventPage, uuid: UUID) -> Question:
    found: Question = get_object_or_404(
        Question, event=event, uuid=uuid, purpose=Question.Purpose.NEED
    )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def note_absences(request: AccountRequest, pk: int, sheet: int) -> HttpResponse:
    """Read the numbers, show the names of those absent, then record what was shown."""
    event = event_of_day(request, pk)
    found, now = sheet_or_404(event, sheet), timezone.now()
    if not has_begun(found, event, now):
        messages.warning(request, "La feuille se note à partir du jour de la session.")
        return redirect(DAY, pk)
    form = AbsencesForm(request.POST or None, sheet=found)
    reading = None
    if request.method == "POST" and form.is_valid():
        reading = read_signatures(found, form.numbers)
        if "confirmer" in request.POST and form.cleaned_data["seen"] == reading.fingerprint:
            return record(request, found, reading, now)
    return private(
        render(
            request,
            "events/admin/day/absences.html",
            {
                "event": event,
                "sheet": found,
                "form": form,
                "reading": reading,
                "was_sent": "confirmer" in request.POST,
            },
        )
    )


def record(
    request: AccountRequest, sheet: SignInSheet, reading: SignatureReading, now: datetime
) -> HttpResponse:
    count = record_signatures(sheet=sheet, reading=reading, by=request.user, now=now)
    present = count_of(count.present, "personne présente,personnes présentes")
    absent = count_of(count.absent, "absente")
    messages.success(request, f"C’est noté\u00a0: {present}, {absent}.")
    return redirect(DAY, sheet.session.event_id)


@require_http_methods(["GET", "HEAD", "POST"])
def add_photos(request: AccountRequest, pk: int) -> HttpResponse:
    """Keep photos of a signed sheet, and say of each file that is not kept why."""
    event = event_of_day(request, pk, needs=CHANGE)
    if request.method != "POST":
        return redirect(DAY, pk)
    good, problems = SheetPhotosForm().sorted_out(request.FILES.getlist("photos"))
    for file in good:
        add_photo(event=event, file=file, by=request.user, now=timezone.now())
    if good:
        messages.success(request, f"{count_of(len(good), 'fichier gardé,fichiers gardés')}.")
    for problem in problems:
        messages.error(request, problem)
    return redirect(DAY, pk)


@require_safe
def download_photo(request: AccountRequest, pk: int, uuid: UUID) -> FileResponse:
    event = event_of_day(request, pk, needs=READ)
    found = get_object_or_404(SheetPhoto, uuid=uuid, event=event)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as absent:
        raise Http404 from absent
    # Sent by somebody: always an attachment, never rendered on the site's origin.
    response = FileResponse(
        content, as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return private(response)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_photo(request: AccountRequest, pk: int, uuid: UUID) -> HttpResponse:
    event = event_of_day(request, pk, needs=CHANGE)
    found = get_object_or_404(SheetPhoto, uuid=uuid, event=event)
    if request.method != "POST":
        context = {"event": event, "photo": found}
        return private(render(request, "events/admin/day/delete_photo.html", context))
    with transaction.atomic():
        found.erase()
    messages.success(request, f"«\u00a0{found.name}\u00a0» est supprimé.")
    return redirect(DAY, pk)
