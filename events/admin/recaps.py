"""The screens of a recap to write: its draft, and the notes put in it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.models import EventPage, RecapPage
from events.recaps.draft import DRAFTED, NoPlaceForRecap, draft_recap
from events.recaps.notes import add_notes
from home.access import AccountRequest
from home.forms.fields import PlainParagraphsField

LOCKED = "Quelqu’un a verrouillé ce compte rendu\u00a0: vos notes n’y sont pas ajoutées."


class NotesForm(forms.Form):
    notes = PlainParagraphsField(
        label="Vos notes",
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Collez-les telles quelles. Une ligne courte, seule ou suivie d’un blanc, devient un intertitre\u202f; ce qui suit le titre "
        "d’une session va à sa place\u202f; «\u00a0…\u00a0», a dit Camille Roux, ou Camille Roux\u00a0: «\u00a0…\u00a0», devient une "
        "citation\u202f; des lignes qui commencent par un tiret, une liste. Rien n’est ajouté à vos mots.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def write_recap(request: AccountRequest, pk: int) -> HttpResponse:
    """Offer to paste notes (GET), then create the draft once and open it. Later calls open the same one."""
    event = get_object_or_404(EventPage.objects.past(timezone.now()), pk=pk)
    if not event.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    recap = RecapPage.objects.filter(event=event).first()
    form = NotesForm(request.POST if request.method == "POST" else None)
    if recap is None and not form.is_valid():
        return render(request, "events/admin/draft_recap.html", {"event": event, "form": form})
    try:
        notes = "" if recap else form.cleaned_data["notes"]
        recap = recap or draft_recap(event=event, by=request.user, notes=notes)
    except NoPlaceForRecap:
        messages.error(request, "Il n’y a pas de liste d’actualités où vous puissiez écrire.")
        return redirect("wagtailadmin_pages:edit", event.pk)
    return redirect("wagtailadmin_pages:edit", recap.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def put_notes(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask for notes (GET), and put them in the draft of a recap (POST)."""
    recap = get_object_or_404(RecapPage, pk=pk)
    allowed = recap.permissions_for_user(request.user)
    if not allowed.can_edit():
        raise PermissionDenied
    form = NotesForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "events/admin/recap_notes.html", {"recap": recap, "form": form})
    if allowed.page_locked():
        messages.error(request, LOCKED)
    elif form.cleaned_data["notes"]:
        add_notes(recap=recap, notes=form.cleaned_data["notes"], by=request.user)
        messages.success(request, "Vos notes sont dans le brouillon\u00a0: relisez-les.")
    return redirect("wagtailadmin_pages:edit", recap.pk)


def register_log_actions(actions: Any) -> None:
    actions.register_action(
        DRAFTED, "Proposer le compte rendu", "Brouillon du compte rendu proposé"
    )
