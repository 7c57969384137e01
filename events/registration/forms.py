"""Registration forms: first registration, and changes by the registrant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.crypto import salted_hmac
from django.utils.html import format_html

from events.agenda.availability import Places
from events.agenda.labels import session_within
from events.models import EventPage, Question, Registration
from events.models.registration import words_of
from events.registration.answers import PERSON, Answers
from events.registration.fields import shown_name
from events.registration.given_answers import GivenAnswersMixin
from events.registration.questions import QuestionFormBuilder, answers_in
from events.registration.signup import Application
from home.forms.fields import MailAddressField, PlainTextField
from home.forms.honeypot import TrapMixin


class PersonForm(forms.Form):
    """Personal data: the fields of `Answers.person`, in every registration form."""

    name = PlainTextField(
        label="Prénom et nom",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Écrivez votre prénom et votre nom."},
    )
    email = MailAddressField(help_text="La confirmation y est envoyée.")
    organisation = PlainTextField(
        label="Structure",
        max_length=160,
        required=False,
        help_text="Commune, association, collectif…",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def person(self) -> dict[str, Any]:
        """Return the personal data of a valid form, without the address if the form has none."""
        return {name: self.cleaned_data[name] for name in PERSON if name in self.fields}


class AnswersForm(PersonForm):
    """Personal data, sessions and the editor's questions. Unknown fields are refused."""

    use_required_attribute = False  # questions can depend on sessions, which HTML cannot express
    error_css_class = "field--wrong"

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        event: EventPage,
        places: Sequence[Places],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        values = dict(initial or {})
        super().__init__(data, files, initial=values, auto_id="inscription-%s", label_suffix="")
        self.event = event
        self.questions = list(event.questions.all())
        self.all_places = places
        self.places = [place for place in places if not place.session.hidden]
        if len(self.places) > 1:
            self.fields["sessions"] = session_field(
                [(str(place.session.uuid), self.label_of(place)) for place in self.places]
            )
        self.fields |= QuestionFormBuilder(self.questions).formfields
        self.ask_for_files_again()

    def ask_for_files_again(self) -> None:
        """Tell the visitor to choose files again: browsers do not keep them when a form is shown again."""
        for name, file in self.files.items():
            if name in self.fields and isinstance(file, File):
                self.fields[name].help_text += format_html(
                    " <strong>Choisissez de nouveau «\u00a0{}\u00a0»\u00a0: un navigateur ne garde pas les fichiers "
                    "d’un formulaire qui revient.</strong>",
                    shown_name(file),
                )

    def label_of(self, place: Places) -> str:
        """Return the session's title and hours, marked if it is full."""
        if not place.is_full:
            return session_within(place.session, self.event)
        waiting = "complet, liste d’attente" if self.event.waiting_list else "complet"
        return f"{session_within(place.session, self.event)} – {waiting}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unknown = {*self.data, *self.files} - set(self.fields) - {"csrfmiddlewaretoken"}
        if unknown:
            raise ValidationError(
                "Le formulaire a changé depuis que vous l’avez ouvert : vérifiez vos réponses, puis envoyez-le."
            )
        self.forget_questions_of_other_sessions(cleaned)
        return cleaned

    def forget_questions_of_other_sessions(self, cleaned: dict[str, Any]) -> None:
        """Drop answers and errors of questions about sessions that were not chosen."""
        for question in self.questions:
            if question.session_uuid and str(question.session_uuid) not in self.chosen(cleaned):
                cleaned.pop(question.field_name, None)
                self.errors.pop(question.field_name, None)

    def chosen(self, cleaned: Mapping[str, Any]) -> Sequence[str]:
        if "sessions" in self.fields:
            return cleaned.get("sessions", [])
        return [str(place.session.uuid) for place in self.places]

    def answers(self) -> dict[str, Any]:
        return answers_in(self.cleaned_data, self.questions)

    def documents(self) -> dict[str, File]:
        """Return the uploaded documents by question UUID."""
        asking = [one for one in self.questions if one.asks_for_file]
        found = {str(one.uuid): self.cleaned_data.get(one.field_name) for one in asking}
        return {key: file for key, file in found.items() if isinstance(file, File)}

    def asked_of_everyone(self) -> list[forms.BoundField]:
        return self.bound_questions(one for one in self.questions if not one.session_uuid)

    def bound_questions(self, questions: Iterable[Question]) -> list[forms.BoundField]:
        return [self[question.field_name] for question in questions]

    def asked_by_session(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the questions of each session, with its title."""
        groups = []
        for place in self.places:
            questions = [q for q in self.questions if q.session_uuid == place.session.uuid]
            if questions:
                groups.append((place.session.title, self.bound_questions(questions)))
        return groups


class RegistrationForm(TrapMixin, AnswersForm):
    """First registration of a visitor."""

    def application(self) -> Application:
        """Return the application from the valid form."""
        return Application(
            Answers(**self.person(), to_questions=self.answers(), documents=self.documents()),
            sessions=[UUID(value) for value in self.chosen(self.cleaned_data)],
            content_key=self.content_key(),
        )

    def content_key(self) -> UUID:
        """Return the fingerprint of what was typed, as it was typed: the same for a double click."""
        said = {name: self[name].data for name in sorted(self.fields)}
        typed = [(name, str(value), getattr(value, "size", 0)) for name, value in said.items()]
        digest = salted_hmac(
            "events.registration.content", repr(typed), algorithm="sha256"
        ).digest()
        return UUID(bytes=digest[:16])


class OwnForm(GivenAnswersMixin, AnswersForm):
    """Change of a registration by its owner, prefilled with what is registered."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        registration: Registration,
        **kwargs: Any,
    ) -> None:
        self.seats = {seat.session_id: seat for seat in registration.seats.all()}
        self.registration = registration
        super().__init__(data, files, initial=registered_in(registration), **kwargs)
        # The address has its own form: it only changes after confirmation from the new mailbox.
        del self.fields["email"]
        documents = {one.question for one in registration.files.all()}
        self.show_given(registration.answers, documents)
        for question in self.questions:
            if question.uuid in documents and question not in self.apart:
                self.say_joined(question)
            if question.uuid in documents or question in self.apart:
                self.offer_to_remove(question)

    def say_joined(self, question: Question) -> None:
        field = self.fields[question.field_name]
        joined = format_html(
            "Document joint\u00a0: <strong>{}</strong>. Un autre fichier le remplace.",
            self.said(question),
        )
        field.help_text = f"{joined} {field.help_text}"

    def said(self, question: Question) -> str:
        return words_of(self.given[str(question.uuid)]["value"])

    def offer_to_remove(self, question: Question) -> None:
        """Add a checkbox that removes the answer; without it or a new one, the answer is kept."""
        if not question.required:
            label = f"Retirer «\u00a0{self.said(question)}\u00a0»"
            self.fields[removal_of(question)] = forms.BooleanField(label=label, required=False)

    def bound_questions(self, questions: Iterable[Question]) -> list[forms.BoundField]:
        names = [(question.field_name, removal_of(question)) for question in questions]
        return [self[name] for pair in names for name in pair if name in self.fields]

    def answers(self) -> dict[str, Any]:
        """Return the answers, without those that are removed or belong to a session that is left."""
        gone = {str(one.uuid) for one in self.questions if self.is_gone(one)} - set(
            self.documents()
        )
        return {key: one for key, one in super().answers().items() if key not in gone}

    def is_gone(self, question: Question) -> bool:
        if self.cleaned_data.get(removal_of(question)):
            return question.asks_for_file or not self.cleaned_data.get(question.field_name)
        held = {str(seat.session.uuid) for seat in self.seats.values()}
        return str(question.session_uuid) in held - set(self.chosen(self.cleaned_data))

    def is_asked(self, question: Question) -> bool:
        chosen = ["None", *self.chosen(self.cleaned_data)]
        return str(question.session_uuid) in chosen and super().is_asked(question)

    def label_of(self, place: Places) -> str:
        seat = self.seats.get(place.session.pk)
        if seat is None:
            return super().label_of(place)
        held = "vous êtes sur la liste d’attente" if seat.is_waiting else "vous avez une place"
        return f"{session_within(place.session, self.event)} – {held}"

    def application(self) -> Application:
        """Return the application from the valid form, with the answers to questions that are no longer asked."""
        asked = {str(question.uuid) for question in self.questions}
        old = {key: a for key, a in self.registration.answers.items() if key not in asked}
        said = replace(
            Answers.of(self.registration),
            **self.person(),
            to_questions={**old, **self.answers()},
            documents=self.documents(),
        )
        return Application(
            said,
            sessions=[UUID(value) for value in self.chosen(self.cleaned_data)],
        )


class AddressForm(forms.Form):
    email = MailAddressField(label="Nouvelle adresse e-mail")

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="adresse-%s", label_suffix="")


def registered_in(registration: Registration) -> dict[str, Any]:
    """Return what is registered, by form field name."""
    answers = {
        f"question_{key.replace('-', '')}": answer["value"]
        for key, answer in registration.answers.items()
    }
    sessions = [str(seat.session.uuid) for seat in registration.seats.all()]
    return {**Answers.of(registration).person, "sessions": sessions, **answers}


def session_field(choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Vous participez à",
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choisissez au moins une session.",
            "invalid_choice": "Le programme a changé : vérifiez vos choix.",
        },
    )


def removal_of(question: Question) -> str:
    """Return the name of the checkbox that removes a document."""
    return f"retirer_{question.uuid.hex}"
