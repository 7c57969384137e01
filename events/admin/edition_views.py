"""Back-office views of a new edition: its first day, then what has changed since the former one."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.admin.drafts import keep_draft
from events.admin.edition_changes import changes_of
from events.admin.edition_review import (
    doubts,
    former_speakers,
    old_dates,
    take_back,
    write_new_dates,
)
from events.admin.new_edition import NoNewEdition, as_it_was, make_new_edition
from events.models import EventPage
from home.access import AccountRequest
from home.blocks.date_fields import TypedDateField
from home.french import count_of
from home.responses import private

#: Value of a button that is for all the lines of its list.
ALL = "tout"


class FirstDayForm(forms.Form):
    first_day = TypedDateField(
        label="Premier jour de la nouvelle édition",
        help_text="Les heures, la fin, les sessions, la date limite et les rappels suivent.",
        error_messages={"required": "Écrivez une date, par exemple 12 mars 2027 ou 12/03/2027."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def begin_new_edition(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask for the new first day (GET), then make the draft and show what has changed."""
    former = get_object_or_404(EventPage.objects.dated().past(timezone.now()), pk=pk)
    if not former.get_parent().permissions_for_user(request.user).can_add_subpage():
        raise PermissionDenied
    form = FirstDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day, now = form.cleaned_data["first_day"], timezone.now()
        try:
            edition = make_new_edition(former=former, first_day=day, by=request.user, now=now)
        except NoNewEdition as refusal:
            form.add_error("first_day", str(refusal))
        else:
            return redirect("events_edition_changes", edition.pk)
    return render(request, "events/admin/new_edition.html", {"event": former, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def show_changes(request: AccountRequest, pk: int) -> HttpResponse:
    """Show what differs from the former edition and what is to be looked at. POST takes speakers back, writes dates."""
    page = get_object_or_404(EventPage, pk=pk)
    edition: EventPage = page.get_latest_revision_as_object()
    rights = edition.permissions_for_user(request.user)
    if not rights.can_edit():
        raise PermissionDenied
    if edition.previous_edition is None:
        raise Http404
    former = as_it_was(edition.previous_edition)
    if request.method == "POST":
        answer(request, edition, former, locked=rights.page_locked())
        return redirect("events_edition_changes", pk)
    dates = old_dates(edition, former)
    context = {
        "event": edition,
        "former": former,
        "changes": changes_of(edition, former),
        "old_dates": dates,
        "some_new": any(one.new for one in dates),
        "speakers": former_speakers(edition, former),
        "doubts": list(doubts(edition, former, timezone.now())),
    }
    return private(render(request, "events/admin/edition_changes.html", context))


def answer(request: AccountRequest, edition: EventPage, former: EventPage, *, locked: bool) -> None:
    """Do what the button says, on the draft."""
    if locked:
        messages.error(request, "Ce brouillon est verrouillé\u00a0: rien n’est changé.")
        return
    said = answer_dates(request, edition, former) or answer_speakers(request, edition, former)
    if said:
        keep_draft(edition, by=request.user)
        messages.success(request, said)
    else:
        messages.warning(request, "Rien n’est changé\u00a0: le brouillon n’est plus le même.")


def answer_dates(request: HttpRequest, edition: EventPage, former: EventPage) -> str:
    asked = request.POST.get("date", "")
    new = [one for one in old_dates(edition, former) if one.new and asked in (ALL, one.key)]
    if not asked or not write_new_dates(edition, new):
        return ""
    dates = count_of(len(new), "date")
    return f"{dates} corrigée{'s' if len(new) > 1 else ''} dans le brouillon."


def answer_speakers(request: HttpRequest, edition: EventPage, former: EventPage) -> str:
    asked = request.POST.get("personne", "")
    back = [one for one in former_speakers(edition, former) if asked in (ALL, one.key)]
    if not back:
        return ""
    take_back(edition, former, {one.key for one in back})
    names: Any = ", ".join(one.name for one in back)
    return f"Repris dans le brouillon\u00a0: {names}."
