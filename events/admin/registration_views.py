"""Back-office screens to add a registration, correct it and download its documents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from events.admin.forms import StaffRegistrationForm
from events.agenda.availability import Places, places_of
from events.models import AnswerFile, EventPage, Registration, Session
from events.registration.refusals import ChangedMeanwhile, Refusal
from events.registration.staff import add, correct, version_of
from home.access import Account, AccountRequest
from home.french import d_of
from home.responses import private

#: Maximum number of events offered when adding someone.
PROPOSED = 30


def add_person(request: AccountRequest, event_key: int | None) -> HttpResponse:
    """Choose an event, then register someone to it."""
    if event_key is None:
        events = EventPage.objects.dated().order_by("-starts_at")[:PROPOSED]
        return render(request, "events/admin/choose_event.html", {"events": events})
    event = get_object_or_404(EventPage, pk=event_key)
    form = StaffRegistrationForm(request.POST or None, event=event, places=now_in(event))
    if request.method == "POST" and form.is_valid():
        try:
            registration = add(
                event=event,
                application=form.application(),
                wish=form.wish(),
                by=request.user,
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"{registration.name} est ajouté·e\u00a0: {seats_of(registration)}."
            )
            return redirect(list_of(event))
    return show_form(request, event, form, title="Ajouter une personne")


def correct_person(request: AccountRequest, registration: Registration) -> HttpResponse:
    """Correct a registration. If it changed since the form was opened, show the current values first."""
    event = registration.event
    form = StaffRegistrationForm(
        request.POST or None, event=event, places=now_in(event), registration=registration
    )
    current = None
    if request.method == "POST" and form.is_valid():
        try:
            done = save(form, registration, by=request.user, now=timezone.now())
        except ChangedMeanwhile as refusal:
            current = refusal.current
            form.add_error(None, str(refusal))
            form.was_read_again(version_of(current))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "est modifiée" if done else "n’a pas changé"
            messages.success(request, f"L’inscription {d_of(form.cleaned_data['name'])} {said}.")
            return redirect(list_of(event))
    return show_form(
        request,
        event,
        form,
        title="Modifier une inscription",
        registration=registration,
        current=current,
    )


def save(
    form: StaffRegistrationForm, registration: Registration, *, by: Account, now: datetime
) -> bool:
    return correct(
        registration=registration,
        application=form.application(),
        wish=form.wish(),
        seen=form.cleaned_data["seen"],
        by=by,
        now=now,
    )


def now_in(event: EventPage) -> list[Places]:
    return places_of(event, Session.objects.of([event]))


def seats_of(registration: Registration) -> str:
    return ", ".join(str(seat) for seat in registration.seats.select_related("session"))


def list_of(event: EventPage) -> str:
    return f"{reverse('events_registration_modeladmin_index')}?evenement={event.pk}"


def show_form(
    request: HttpRequest, event: EventPage, form: StaffRegistrationForm, **context: Any
) -> HttpResponse:
    fields = [form[name] for name in form.fields if name != "seen"]
    context |= {"event": event, "form": form, "fields": fields, "list_url": list_of(event)}
    context.setdefault("current", None)
    registration = context.get("registration")
    context["documents"] = list(registration.files.all()) if registration else []
    return private(render(request, "events/admin/person.html", context))


@require_safe
def answer_file(request: HttpRequest, uuid: UUID) -> FileResponse:
    if not request.user.has_perm("events.view_registration"):
        raise PermissionDenied
    found = get_object_or_404(AnswerFile.objects.select_related("registration"), uuid=uuid)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as absent:
        raise Http404 from absent
    # Uploaded by a visitor: always an attachment, never rendered on the site's origin.
    response = FileResponse(
        content, as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return private(response)
