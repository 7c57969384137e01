"""Screens about those who came: the letter of thanks with its answers, and sentences to quote in the recap."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.models import Page

from events.feedback import emails
from events.feedback.letters import people_of, refusal_to_thank, thank
from events.feedback.totals import remarks, totals
from events.models import EventPage, RecapPage, Registration, Testimony, Thanks
from events.models.enums import ASKED_AT_ONCE, FIRST_QUESTIONS, ReadyQuestion
from events.models.thanks import LONGEST_SENTENCE
from events.recaps import testimonies
from events.registration.refusals import Refusal
from home.access import AccountRequest
from home.forms.fields import PlainParagraphsField
from home.french import count_of
from home.responses import private

LOCKED = "Quelqu’un a verrouillé ce compte rendu\u00a0: rien n’y est ajouté."


class ThanksForm(forms.Form):
    """`seen` holds the fingerprint of the letter and of its recipients that were read before « Envoyer »."""

    questions = forms.MultipleChoiceField(
        label="Trois questions",
        choices=[(one.value, one.label) for one in FIRST_QUESTIONS],
        widget=forms.CheckboxSelectMultiple,
        initial=[one.value for one in FIRST_QUESTIONS[:ASKED_AT_ONCE]],
        error_messages={"required": "Choisissez trois questions."},
    )
    word = PlainParagraphsField(
        label="Un mot à ajouter",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    asks_again = forms.BooleanField(
        label="Demander soixante jours après ce qu’ils et elles en ont fait",
        required=False,
        initial=True,
    )

    def clean_questions(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["questions"]
        if len(chosen) != ASKED_AT_ONCE:
            raise forms.ValidationError("Choisissez trois questions, ni plus, ni moins.")
        return chosen

    def letter(self, event: EventPage, **fields: Any) -> Thanks:
        said = {name: self.cleaned_data[name] for name in ("questions", "word", "asks_again")}
        return Thanks(event=event, sent_at=timezone.now(), **said, **fields)


@require_http_methods(["GET", "HEAD", "POST"])
def write_thanks(request: AccountRequest, pk: int) -> HttpResponse:
    """Preview the letter with its recipients, then send it once. Afterwards, show what was answered."""
    if not request.user.has_perm("events.change_registration"):
        raise PermissionDenied
    event = get_object_or_404(EventPage.objects.past(timezone.now()), pk=pk)
    refusal = refusal_to_thank(event)
    if refusal:
        return show(request, event, {"refusal": refusal})
    form = ThanksForm(request.POST if request.method == "POST" else None)
    people = list(people_of(event).reachable())
    if request.method != "POST" or not form.is_valid():
        return show(request, event, {"form": form, "people": people})
    letter = form.letter(event)
    seen = letter_fingerprint(letter, people)
    if "envoyer" in request.POST and request.POST.get("seen") == seen:
        return send_letter(request, letter)
    read = {"preview": emails.thanks_preview(letter), "seen": seen}
    return show(request, event, {"form": form, "people": people, **read})


def letter_fingerprint(letter: Thanks, people: list[Registration]) -> str:
    parts = [
        *letter.questions,
        letter.word,
        str(letter.asks_again),
        *(str(one.pk) for one in people),
    ]
    return sha256("\0".join(parts).encode()).hexdigest()


def send_letter(request: AccountRequest, letter: Thanks) -> HttpResponse:
    try:
        sent = thank(
            event=letter.event,
            questions=[ReadyQuestion(key) for key in letter.questions],
            word=letter.word,
            asks_again=letter.asks_again,
            by=request.user,
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        number = count_of(sent.recipients, "personne")
        messages.success(request, f"La lettre part à {number}, à chacune séparément.")
    return redirect("events_thanks", letter.event_id)


def show(request: HttpRequest, event: EventPage, more: dict[str, Any]) -> HttpResponse:
    """Show the letter to write (`more`), why there is none to write, or what was answered to the one that left."""
    sent = Thanks.objects.filter(event=event).select_related("sent_by").first()
    context = {
        "event": event,
        "recap": RecapPage.objects.filter(event=event).first(),
        "sent": sent,
        "unreachable": list(people_of(event).unreachable()) if "form" in more else [],
        "is_recorded": event.attendance_is_recorded,
        "totals": list(totals([event])) if sent else [],
        "remarks": remarks(event) if sent else [],
        "testimonies": Testimony.objects.standing().filter(registration__event=event).count(),
    }
    if sent:
        more = {}
    return private(render(request, "events/admin/thanks.html", {**context, **more}))


class QuotationForm(forms.Form):
    text = PlainParagraphsField(
        label="Telle qu’elle sera citée",
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Gardez au moins un mot de la phrase."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def choose_quotations(request: AccountRequest, pk: int) -> HttpResponse:
    """List the sentences given after the event of a recap; POST puts one in its draft."""
    recap = get_object_or_404(RecapPage.objects.select_related("event"), pk=pk)
    allowed = recap.permissions_for_user(request.user)
    if not allowed.can_edit():
        raise PermissionDenied
    given = Testimony.objects.standing().filter(registration__event=recap.event_id)
    forms_of = {
        one.uuid: QuotationForm(prefix=str(one.uuid), initial=initial(one)) for one in given
    }
    if request.method == "POST":
        chosen = get_object_or_404(given, uuid=uuid_in(request.POST.get("phrase", "")))
        form = QuotationForm(request.POST, prefix=str(chosen.uuid))
        forms_of[chosen.uuid] = form
        if allowed.page_locked():
            messages.error(request, LOCKED)
        elif form.is_valid():
            put_in(request, recap, chosen, " ".join(form.cleaned_data["text"].split()))
            return redirect("wagtailadmin_pages:edit", recap.pk)
    draft = recap.get_latest_revision_as_object()
    rows = [(one, forms_of[one.uuid], testimonies.is_quoted_in(one, draft)) for one in given]
    return private(render(request, "events/admin/quotations.html", {"recap": recap, "rows": rows}))


def initial(testimony: Testimony) -> dict[str, str]:
    return {"text": testimony.quoted or testimony.text}


def uuid_in(text: str) -> UUID:
    """Return the identifier, or one of nobody."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def put_in(request: AccountRequest, recap: RecapPage, testimony: Testimony, text: str) -> None:
    testimonies.quote(testimony=testimony, recap=recap, text=text, by=request.user)
    if testimony.has_been_changed():
        emails.testimony_quoted(testimony)
        said = "La citation est dans le brouillon. Son auteur ou autrice reçoit la phrase telle que vous l’avez changée."
    else:
        said = "La citation est dans le brouillon."
    messages.success(request, said)


def propose_thanks(request: AccountRequest, page: Page) -> None:
    """After the publication of a recap, lead to the letter of thanks (hook `after_publish_page`)."""
    recap = page.specific
    if not isinstance(recap, RecapPage) or not request.user.has_perm("events.change_registration"):
        return
    if recap.event is None or refusal_to_thank(recap.event):
        return
    messages.info(
        request,
        f"Le compte rendu est en ligne\u00a0: remerciez les personnes qui sont venues à «\u00a0{recap.event.title}\u00a0».",
        buttons=[
            messages.button(reverse("events_thanks", args=[recap.event_id]), "Écrire la lettre")
        ],
    )
