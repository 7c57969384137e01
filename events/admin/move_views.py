"""Back-office screen that moves an event: the new date, then all that follows and the letter, with one confirmation."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.admin.capacity import Outcome, outcome_of
from events.admin.edition_changes import changes_of
from events.admin.edition_review import deadlines, old_dates
from events.admin.moves import MoveRefused, NewDate, may_publish, move_event, set_date
from events.agenda.labels import when_within
from events.messages import emails
from events.messages.announcements import concerned
from events.models import EventChange, EventPage
from events.models.dates import local
from home.access import Account, AccountRequest
from home.blocks.date_fields import TypedDateField, TypedTimeField
from home.forms.fields import PlainParagraphsField
from home.french import count_of, long_date
from home.responses import private

#: The same hour as before.
SAME = "Vide\u00a0: la même heure."


class MoveForm(forms.Form):
    first_day = TypedDateField(
        label="Nouveau premier jour",
        error_messages={"required": "Écrivez une date, par exemple 12 mars 2027 ou 12/03/2027."},
    )
    start = TypedTimeField(label="Nouvelle heure de début", required=False, help_text=SAME)
    end = TypedTimeField(label="Nouvelle heure de fin", required=False, help_text=SAME)
    texts = forms.BooleanField(
        label="Écrire aussi les nouvelles dates dans les textes", required=False, initial=True
    )
    note = PlainParagraphsField(
        label="Un mot à ajouter à la lettre",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultatif\u00a0: pourquoi, et ce qu’il faut faire.",
    )

    def __init__(self, data: Any = None, *, event: EventPage) -> None:
        super().__init__(data)
        for name in ("start", "end"):
            # Typed, without the picker, which would lie on the buttons.
            self.fields[name].widget = forms.TextInput()
            if event.all_day:
                del self.fields[name]

    def wish(self) -> NewDate:
        hours = {name: self.cleaned_data.get(name) for name in ("start", "end")}
        day, texts = self.cleaned_data["first_day"], self.cleaned_data["texts"]
        return NewDate(day, **hours, texts=texts)


@require_http_methods(["GET", "HEAD", "POST"])
def show_move(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask for the new date; show what follows and the letter; move the event once that was read."""
    event = get_object_or_404(EventPage, pk=pk)
    rights = event.permissions_for_user(request.user)
    if not rights.can_edit() or rights.page_locked():
        raise PermissionDenied
    version = event if event.live else event.get_latest_revision_as_object()
    form = MoveForm(request.POST or None, event=version)
    context: dict[str, Any] = {"event": version, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            preview = preview_of(version, form, by=request.user, now=timezone.now())
            if request.POST.get("vu") == preview["seen"] and "deplacer" in request.POST:
                return moved(request, event, form)
        except MoveRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            context |= preview
    return private(render(request, "events/admin/move.html", context))


def preview_of(version: EventPage, form: MoveForm, *, by: Account, now: datetime) -> dict[str, Any]:
    """Return what moving this version does: fields, letter, people. Nothing is saved. Raise MoveRefused."""
    after = EventPage.objects.get(pk=version.pk)
    after = after if version.live else after.get_latest_revision_as_object()
    set_date(after, form.wish(), now=now)
    publishes = may_publish(version, by)
    change = change_to(version, after, form.cleaned_data["note"], now)
    outcome = outcome_of(after, now) if publishes else Outcome([], [])
    people = concerned(change).reachable().count() if publishes else 0
    read = [form.wish(), people, outcome.fingerprint, version.latest_revision_id]
    return {
        "after": after,
        "changes": changes_of(after, version),
        "left": [one for one in old_dates(after, version) if not form.wish().texts or not one.new],
        "warnings": warnings(after, version, now),
        "publishes": publishes,
        "people": people,
        "letter": emails.event_changed_preview(change) if people else None,
        "outcome": outcome,
        "may_tell": by.has_perm("events.change_registration"),
        "seen": sha256(repr(read).encode()).hexdigest(),
    }


def change_to(version: EventPage, after: EventPage, note: str, now: datetime) -> EventChange:
    """Return the change as publishing will record it, unsaved: with a change that nobody has decided on, both."""
    pending = EventChange.objects.proposed().filter(event=version.pk).first()
    before = pending.before if pending else version.facts()
    return EventChange(event=after, before=before, after=after.facts(), published_at=now, note=note)


def warnings(after: EventPage, before: EventPage, now: datetime) -> list[str]:
    today, said = local(now).date(), []
    for (what, new), (_what, old) in zip(deadlines(after), deadlines(before), strict=False):
        if new and new < today:
            said.append(f"{what} est déjà passée\u00a0: {long_date(new)}.")
        elif new and old and old < today:
            said.append(
                f"{what} était passée\u00a0: les inscriptions rouvrent jusqu’au {long_date(new)}."
            )
    return said


def moved(request: AccountRequest, event: EventPage, form: MoveForm) -> HttpResponse:
    told = {"prevenir": True, "sans": False}.get(request.POST["deplacer"])
    if not request.user.has_perm("events.change_registration"):
        told = None
    change = move_event(
        event=event,
        to=form.wish(),
        tell=told,
        note=form.cleaned_data["note"],
        by=request.user,
        now=timezone.now(),
    )
    version = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    if not may_publish(event, request.user):
        said = f"Le brouillon est déplacé\u00a0: {when_within(version)}."
    else:
        said = f"L’événement est déplacé\u00a0: {when_within(version)}."
    if change:
        people = count_of(concerned(change).reachable().count(), "message")
        said += f" {people} en cours d’envoi aux personnes inscrites."
    messages.success(request, said)
    return redirect("wagtailadmin_pages:edit", event.pk)
