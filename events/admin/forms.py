"""Back-office forms for registrations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms

from events.agenda.availability import Places
from events.models import EventChange, EventPage, GroupMessage, Registration, Session
from events.registration.answers import PERSON, Answers
from events.registration.forms import PersonForm, registered_in
from events.registration.given_answers import GivenAnswersMixin
from events.registration.questions import QuestionFormBuilder
from events.registration.signup import Application
from events.registration.staff import StaffOptions, version_of
from home.access import Account
from home.forms.fields import MailAddressField, PlainParagraphsField, PlainTextField


class AnnouncementForm(forms.Form):
    """A note to add to the announcement.

    `seen` holds the publication that was read; the form is refused if there has been another since.
    """

    note = PlainParagraphsField(
        label="Un mot à ajouter au message",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Facultatif\u00a0: pourquoi, et ce qu’il faut faire.",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, change: EventChange) -> None:
        self.published = change.published_at.isoformat()
        super().__init__(data, initial={"note": change.note, "seen": self.published})

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.published:
            # The form is shown again with the new version, which then counts as read.
            self.data = seen_again(self.data, self.published)
            raise forms.ValidationError(
                "L’événement a été publié de nouveau entre-temps\u00a0: relisez le message."
            )
        return self.published


def seen_again(data: Any, version: str) -> Any:
    """Return the submitted data with this version as `seen`."""
    changed = data.copy()
    changed["seen"] = version
    return changed


class GroupMessageForm(forms.Form):
    """A message to an audience of registered people.

    `seen` holds the fingerprint of the preview (words and recipients) that was read before « Envoyer ».
    """

    audience = forms.ChoiceField(
        label="À qui", choices=GroupMessage.Audience.choices, widget=forms.RadioSelect
    )
    session = forms.ModelChoiceField(
        label="De quelle session",
        queryset=Session.visible.none(),
        required=False,
        empty_label="toutes",
    )
    subject = PlainTextField(label="Objet", max_length=150)
    text = PlainParagraphsField(
        label="Texte",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="« Bonjour » et le nom de la personne sont ajoutés au début, l’événement et votre adresse à la fin.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, event: EventPage) -> None:
        super().__init__(data, initial={"key": uuid4(), "audience": "confirmed"})
        self.event = event
        sessions: Any = self.fields["session"]
        sessions.queryset = event.sessions.all()
        if not event.sessions.exists():
            del self.fields["session"]

    def message(self, *, by: Account, at: datetime) -> GroupMessage:
        """Return an unsaved message from the valid form."""
        return GroupMessage(
            event=self.event,
            session=self.cleaned_data.get("session"),
            uuid=self.cleaned_data["key"],
            audience=self.cleaned_data["audience"],
            subject=self.cleaned_data["subject"],
            text=self.cleaned_data["text"],
            written_at=at,
            written_by=by,
        )

    def was_read(self, fingerprint: str) -> bool:
        return self.cleaned_data["seen"] == fingerprint


class StaffRegistrationForm(GivenAnswersMixin, PersonForm):
    """Registration form for staff: no question is required, and a full session can be overbooked."""

    # Labels for staff, and no `autocomplete`: browsers would suggest the staff member's own details.
    name = PlainTextField(label="Prénom et nom", max_length=120)
    email = MailAddressField(
        required=False,
        help_text="Laissez vide pour quelqu’un qui n’en a pas\u00a0: le site ne lui écrit rien. "
        "Une adresse donnée plus tard reçoit la confirmation.",
    )
    organisation = PlainTextField(label="Structure", max_length=160, required=False)
    overbook = forms.BooleanField(
        label="Donner une place même si c’est complet, hors quota",
        required=False,
        help_text="Sinon la personne est mise sur la liste d’attente de ce qui est complet. C’est noté dans l’historique.",
    )
    tell = forms.BooleanField(label="Lui écrire ce qui est enregistré", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        event: EventPage,
        places: Sequence[Places],
        registration: Registration | None = None,
    ) -> None:
        super().__init__(data, initial=opened(registration))
        self.registration = registration
        self.places = [place for place in places if not place.session.hidden]
        # Only the registrant adds or removes documents; this form keeps them.
        self.questions = [one for one in event.questions.all() if not one.asks_for_file]
        if self.places:
            self.fields["sessions"] = forms.MultipleChoiceField(
                label="Sessions",
                choices=[(str(one.session.uuid), with_places(one)) for one in self.places],
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields |= QuestionFormBuilder(self.questions).formfields
        for question in self.questions:
            self.fields[question.field_name].required = False
        known = registration.answers if registration else {}
        files = registration.files.all() if registration else []
        self.show_given(known, {one.question for one in files})
        self.order_fields([*PERSON, "sessions", "overbook", "tell"])

    def application(self) -> Application:
        """Return the application from the valid form, with the answers to questions that are no longer asked."""
        sessions = self.cleaned_data.get("sessions", [])
        said = self.kept_answers() | self.answers()
        return Application(
            Answers(**self.person(), to_questions=said),
            sessions=[UUID(value) for value in sessions],
        )

    def answers(self) -> dict[str, Any]:
        """Leave out boxes that were never ticked: the person was not asked."""
        found = super().answers().items()
        return {key: one for key, one in found if one["value"] is not False or key in self.given}

    def kept_answers(self) -> dict[str, Any]:
        asked = {str(question.uuid) for question in self.questions}
        known = self.registration.answers if self.registration else {}
        return {key: answer for key, answer in known.items() if key not in asked}

    def was_read_again(self, version: str) -> None:
        """Keep the submitted data and set `seen` to this version for the next comparison."""
        self.data = seen_again(self.data, version)

    def wish(self) -> StaffOptions:
        return StaffOptions(overbook=self.cleaned_data["overbook"], tell=self.cleaned_data["tell"])


def opened(registration: Registration | None) -> dict[str, Any]:
    """Return the form's initial values."""
    if registration is None:
        return {"tell": True}
    return registered_in(registration) | {"seen": version_of(registration)}


def with_places(place: Places) -> str:
    """Label a session with its counts: « Matinée – 12 / 40, 3 en attente »."""
    limit = place.capacity or "sans limite"
    queue = f", {place.queued} en attente" if place.queued else ""
    return f"{place.session.title} – {place.taken} / {limit}{queue}"
