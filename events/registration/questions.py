"""Form fields for the editor's questions, and their answers."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.html import escape
from wagtail.contrib.forms.forms import FormBuilder

from events.models import Question
from events.registration.fields import DocumentField, shown_name
from home.forms.fields import MailAddressField, PlainParagraphsField, PlainTextField

#: Maximum length of a long answer, in characters.
LONG_ANSWER = 2_000


HIGHEST_NUMBER = 1_000_000


class QuestionFormBuilder(FormBuilder):
    """Wagtail's form builder, with fields named by question UUID and limits on answers."""

    @property
    def formfields(self) -> dict[str, forms.Field]:
        return {
            question.field_name: self.get_create_field_function(question.field_type)(
                question, self.get_field_options(question)
            )
            for question in self.fields
        }

    def create_singleline_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        return PlainTextField(**options, max_length=255)

    def create_multiline_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        widget = forms.Textarea(attrs={"rows": 4})
        return PlainParagraphsField(**options, max_length=LONG_ANSWER, widget=widget)

    def create_number_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        return forms.DecimalField(
            **options, min_value=0, max_value=HIGHEST_NUMBER, max_digits=10, decimal_places=2
        )

    def create_date_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        return forms.DateField(**options, widget=widget)

    def create_email_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        return MailAddressField(**options)

    def create_file_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        return DocumentField(**options)

    def create_dropdown_field(self, field: Question, options: dict[str, Any]) -> forms.Field:
        choices = [("", "Choisissez…"), *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(**options, choices=choices)

    def get_formatted_field_choices(self, field: Question) -> list[tuple[str, str]]:
        """One choice per line: Wagtail would cut a single line at its commas."""
        return [(one, one) for one in field.choice_list]

    def get_field_options(self, field: Question) -> dict[str, Any]:
        """Leave out the default value: nothing is prefilled or preselected."""
        return {
            "label": field.label,
            "help_text": escape(field.help_text),
            "required": field.required,
        }


def answers_in(cleaned: Mapping[str, Any], questions: Sequence[Question]) -> dict[str, Any]:
    """Return, by question UUID, the label at the time, the retention and the answer."""
    return {
        str(question.uuid): {
            "label": question.label,
            "retention": question.retention,
            "value": plain(cleaned[question.field_name]),
        }
        for question in questions
        if cleaned.get(question.field_name) not in (None, "", [])
    }


def plain(value: Any) -> Any:
    """Return an answer as a JSON value, suitable for a spreadsheet too."""
    if isinstance(value, File):
        return shown_name(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
