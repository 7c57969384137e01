"""Editing form of an event, with its validation messages.

A draft may be incomplete or inconsistent; a published event may not.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from modelcluster.forms import BaseChildFormSet
from wagtail.admin import messages
from wagtail.admin.panels import HelpPanel, InlinePanel
from wagtail.models import Page

from events.models.dates import end_of, local, midnight
from events.models.enums import FormLocation, QuestionPurpose
from events.models.question import COUNTED_TYPES
from events.models.shift import left_behind
from home.french import long_date
from home.models.page_form import SiteCopyForm, SitePageForm


class EventPageForm(SitePageForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"starts_at", "announced_end"} & set(self.fields):
            self.fields[name].whole_day = bool(self.data.get("all_day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.keep_seated_sessions()
        if self.is_deferred_validation:
            self.leave_out_capacities()
        else:
            for field, problem in [*dates_problems(cleaned), *form_problems(cleaned)]:
                self.add_error(field, problem)
            self.check_sessions(cleaned)
            self.check_questions(cleaned)
        return cleaned

    def leave_out_capacities(self) -> None:
        """Keep the stored capacity where a draft's is invalid; `warn_of_left_out` then warns the editor."""
        forms = [self, *self.formsets["sessions"].forms]
        wrong = [form for form in forms if "capacity" in form.errors]
        self.instance.left_out = [form["capacity"].value() for form in wrong]
        for form in wrong:
            del form.errors["capacity"]
            form.cleaned_data["capacity"] = form.initial.get("capacity")

    def keep_seated_sessions(self) -> None:
        """Refuse to delete a session that somebody has a seat in or was ticked at, even in a draft."""
        sessions = self.formsets["sessions"]
        used = set(sessions.model.objects.filter(event=self.instance.pk).in_use())
        for form in sessions.deleted_forms:
            if form.instance in used:
                problem = f"La session « {form.instance.title} » a des inscrit·es ou des pointages : elle ne peut pas être supprimée."
                self.add_error(None, problem)

    def check_sessions(self, cleaned: dict[str, Any]) -> None:
        formset = self.formsets["sessions"]
        if not cleaned.get("starts_at") or not formset.is_valid():
            return
        for form in formset.forms:
            if form in formset.deleted_forms or (not form.has_changed() and not form.instance.pk):
                continue
            for field, problem in session_problems(form.cleaned_data, cleaned):
                form.add_error(field, problem)

    def check_questions(self, cleaned: dict[str, Any]) -> None:
        formset = self.formsets["questions"]
        if not formset.is_valid():
            return
        for form in formset.forms:
            if form in formset.deleted_forms:
                continue
            for field, problem in question_problems(form.cleaned_data, cleaned):
                form.add_error(field, problem)


class EventCopyForm(SiteCopyForm):
    """A copy of an event has no date, so that it cannot be published at once; an event has no alias."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("publish_copies", "alias"):
            self.fields.pop(name, None)


def warn_of_left_out(request: HttpRequest, page: Page) -> None:
    """Warn of invalid capacities (hooks `after_create_page`, `after_edit_page`).

    Not on an autosave: the invalid value is then still in its field.
    """
    left_out = getattr(page, "left_out", [])
    if left_out and not request.accepts("text/html"):
        return
    for typed in left_out:
        messages.warning(
            request,
            f"Le brouillon est enregistré, mais «\u00a0{typed}\u00a0» n’est pas un nombre de places\u00a0: "
            "l’ancienne valeur est gardée.",
        )


def warn_of_past(request: HttpRequest, page: Page) -> None:
    """Warn that an event just published for the first time is over (hook `after_publish_page`)."""
    event = page.specific
    first = page.first_published_at == page.last_published_at
    if first and getattr(event, "starts_at", None) and event.is_past(timezone.now()):
        messages.warning(
            request,
            f"Cet événement est publié, et sa date est déjà passée\u00a0: {long_date(event.starts_at)}. "
            "Vérifiez l’année.",
        )


def dates_problems(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    starts_at, end = values.get("starts_at"), values.get("announced_end")
    if not starts_at:
        return
    if end and is_before(end, starts_at, whole_days=bool(values.get("all_day"))):
        yield "announced_end", "La fin précède le début."
    deadline: date | None = values.get("registration_deadline")
    if deadline and deadline > local(starts_at).date():
        yield "registration_deadline", "La date limite est après le début de l’événement."
    opens_at = values.get("registration_opens_at")
    if opens_at and opens_at >= starts_at:
        yield "registration_opens_at", "Les inscriptions ouvriraient après le début de l’événement."
    elif opens_at and deadline and local(opens_at).date() > deadline:
        yield "registration_opens_at", "Les inscriptions ouvriraient après la date limite."


def is_before(end: datetime, starts_at: datetime, *, whole_days: bool) -> bool:
    return local(end).date() < local(starts_at).date() if whole_days else end <= starts_at


def form_problems(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if values.get("registration_form") == FormLocation.OUTSIDE and not values.get(
        "outside_form_url"
    ):
        yield "outside_form_url", "Donnez l’adresse du formulaire de l’autre site."


def session_problems(session: dict[str, Any], event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    starts_at, ends_at = session.get("starts_at"), session.get("ends_at")
    if not starts_at:
        return
    if ends_at and ends_at <= starts_at:
        yield "ends_at", "La session finit avant de commencer."
    all_day = bool(event.get("all_day"))
    first = midnight(local(event["starts_at"]).date())
    after = end_of(event["starts_at"], event.get("announced_end"), all_day=all_day)
    if not first <= starts_at < after:
        yield "starts_at", "Cette session commence en dehors des jours et heures de l’événement."
    deadline = session.get("deadline")
    if deadline and deadline > local(starts_at).date():
        yield "deadline", "La date limite est après le début de la session."


def question_problems(question: dict[str, Any], event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    purpose, kind = question.get("purpose"), question.get("field_type")
    if purpose == QuestionPurpose.MEAL and kind not in COUNTED_TYPES:
        yield (
            "field_type",
            "Un repas se compte\u00a0: choisissez une réponse à cocher ou à choisir.",
        )
    if purpose == QuestionPurpose.NEED and kind == "file":
        yield (
            "field_type",
            "Un besoin à partager s’écrit ou se choisit\u00a0: un document ne va pas.",
        )
    due_at, starts_at = question.get("due_at"), event.get("starts_at")
    if due_at and starts_at and due_at >= starts_at:
        yield "due_at", "Le traiteur recevrait les nombres après le début de l’événement."


class SessionFormSet(BaseChildFormSet):
    """Sessions of an event; each row carries its key, by which questions name it before it is saved."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["uuid"] = forms.UUIDField(
            required=False,
            initial=None if index is None else form.instance.uuid,
            widget=forms.HiddenInput(attrs={"data-session-key": ""}),
        )

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            key = form.cleaned_data.get("uuid") if hasattr(form, "cleaned_data") else None
            if key and form.instance.pk is None and not is_taken(form.instance, key):
                form.instance.uuid = key


def is_taken(session: Any, key: UUID) -> bool:
    return type(session).objects.filter(uuid=key).exists()


class QuestionFormSet(BaseChildFormSet):
    """Questions of an event; each can be limited to people who choose one of its sessions.

    `back_office/session_choices.js` adds the sessions typed in the same sitting.
    """

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        sessions = [(session.uuid, session.title) for session in self.instance.sessions.all()]
        field = form.fields["session_uuid"]
        field.widget = forms.Select(
            attrs={"data-session-choice": ""}, choices=[("", "tout le monde"), *sessions]
        )


class FollowPanel(HelpPanel):
    """Says that sessions or the deadline have not followed the start, with the link that lets them.

    `back_office/follow.js` asks again after each autosave.
    """

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"event": self.instance, "late": is_left_behind(self.instance)}


def is_left_behind(event: Any) -> bool:
    stored = type(event).objects.filter(pk=event.pk).first() if event.pk else None
    return stored is not None and left_behind(event, stored) is not None


class RowsPanel(InlinePanel):
    """An InlinePanel with a formset of its own."""

    formset: type[BaseChildFormSet]

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["formset"] = self.formset
        return options


class SessionsPanel(RowsPanel):
    formset = SessionFormSet


class QuestionsPanel(RowsPanel):
    formset = QuestionFormSet
