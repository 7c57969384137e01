"""Answers already given, in the forms that change a registration: one stands until somebody gives another.

The editor may have reworded a choice, changed the kind of a question or its session since. Two mixins, for the
registrant's own form and for that of staff.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.models import Question
from events.models.registration import words_of
from events.registration.fields import DocumentField
from events.registration.questions import answers_in, plain


class GivenAnswersMixin(forms.Form):
    """Shows the answers given, and keeps those that the form does not replace."""

    questions: list[Question]

    def show_given(self, given: Mapping[str, Any], documents: set[UUID]) -> None:
        """Prefill the fields. `given` are the registered answers, `documents` the questions answered by a file."""
        self.given = given
        #: Questions whose answer no longer fits in their field, and is shown in the help text instead.
        self.apart: list[Question] = []
        for question in self.questions:
            answer = given.get(str(question.uuid))
            if answer is None:
                continue
            field = self.fields[question.field_name]
            offer_former_choices(field, question, answer["value"])
            if not holds(field, answer["value"], is_document=question.uuid in documents):
                self.put_apart(question, words_of(answer["value"]))
            if self.is_bound and not self.is_posted(question):
                field.required = False
            mark_as_shown(field)

    def put_apart(self, question: Question, said: str) -> None:
        field = self.fields[question.field_name]
        self.apart.append(question)
        self.initial.pop(question.field_name, None)
        field.required = False
        field.help_text = format_html(
            "Réponse enregistrée\u00a0: <strong>{}</strong>. Une autre la remplace. {}",
            said,
            field.help_text,
        )

    def is_posted(self, question: Question) -> bool:
        return question.field_name in self.data or question.field_name in self.files

    def is_asked(self, question: Question) -> bool:
        """Return whether the valid form had this question."""
        return self.is_posted(question)

    def answers(self) -> dict[str, Any]:
        """Return the new answers and, as they were given, those that were not replaced."""
        new = answers_in(self.cleaned_data, self.questions)
        return new | {
            str(one.uuid): self.given[str(one.uuid)]
            for one in self.questions
            if str(one.uuid) in self.given and self.stands(one, new.get(str(one.uuid)))
        }

    def stands(self, question: Question, new: Mapping[str, Any] | None) -> bool:
        """Return whether the given answer is neither replaced nor withdrawn. The same one keeps its old label."""
        given = self.given[str(question.uuid)]
        if not self.is_asked(question):
            return True
        if question in self.apart:
            return new is None or new["value"] is False
        return new is not None and words_of(new["value"]) == words_of(given["value"])


def offer_former_choices(field: forms.Field, question: Question, value: Any) -> None:
    """Add the given choices that the question no longer has, so that they can be kept."""
    if isinstance(field, forms.ChoiceField) and (
        isinstance(value, str) or isinstance(field, forms.MultipleChoiceField)
    ):
        former = [(one, question.in_words(one)) for one in former_choices(question, value)]
        field.choices = [*field.choices, *former]  # type: ignore[misc]  # the stubs want one of both shapes


def former_choices(question: Question, value: Any) -> list[str]:
    chosen = value if isinstance(value, list) else [value]
    return [one for one in chosen if isinstance(one, str) and one not in question.choice_list]


def holds(field: forms.Field, value: Any, *, is_document: bool) -> bool:
    """Return whether the field can show the value and give it back unchanged."""
    if isinstance(field, DocumentField) or is_document:
        return isinstance(field, DocumentField) and is_document
    if isinstance(field, forms.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, forms.MultipleChoiceField):
        return isinstance(value, list | str)
    if not isinstance(value, str):
        return False
    try:
        return bool(plain(field.clean(value)) == value)
    except ValidationError:
        return False


def mark_as_shown(field: forms.Field) -> None:
    """Let the posted form tell boxes left empty from boxes that it did not have."""
    if isinstance(field.widget, forms.CheckboxInput):
        field.widget = ShownCheckbox(field.widget.attrs)
    elif isinstance(field.widget, forms.CheckboxSelectMultiple):
        field.widget = ShownCheckboxes(field.widget.attrs, choices=field.widget.choices)


class ShownMixin(forms.Widget):
    """A browser sends nothing for an empty box: a hidden field of the same name says that it was there."""

    def render(self, name: str, *args: Any, **kwargs: Any) -> SafeString:
        boxes = super().render(name, *args, **kwargs)
        return format_html('<input type="hidden" name="{}" value="">{}', name, boxes)


class ShownCheckbox(ShownMixin, forms.CheckboxInput):
    pass


class ShownCheckboxes(ShownMixin, forms.CheckboxSelectMultiple):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        ticked = super().value_from_datadict(data, files, name)
        return [one for one in ticked if one] if isinstance(ticked, list) else ticked
