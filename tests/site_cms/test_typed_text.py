"""Texts and addresses are read by one rule in every form of the site, of its account pages and of its back office."""

from collections.abc import Iterator

import pytest
from allauth.account.forms import ConfirmLoginCodeForm
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.forms.widgets import Input
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.admin.forms.tags import TagField
from wagtail.models import Page

from directory.accounts import forms as account_forms
from directory.admin.accounts import AccountCreationForm, AccountEditForm
from events.models import Question
from events.registration.questions import QuestionFormBuilder
from home.forms.fields import MailAddressField, plain

TYPED = "\ufeffun\u200b\tdeux\u2028trois\u00a0"
LINE, PARAGRAPHS, SLUG = "un deux trois", "un\tdeux\ntrois", "\u200bun-deux\ufeff\t"
ADDRESS = "\u200bElise@\u2060École.fr\u00a0"
URL = "\ufeffhttps://exemple.fr/\u200bpage\t"
OURS = ("home.", "events.", "directory.", "site_cms.")


def subclasses(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from subclasses(one)


def declared_forms() -> list[type[forms.BaseForm]]:
    return [one for one in subclasses(forms.BaseForm) if one.__module__.startswith(OURS)]


def check(field: forms.Field, where: str) -> str | None:
    """Return where a field of text does not read what is typed by the rule, or None."""
    try:
        kept = field.to_python(typed_in(field))
    except ValidationError as refusal:
        return f"{where}: {refusal.messages}"
    wished = {
        MailAddressField: "elise@école.fr",
        forms.URLField: "https://exemple.fr/page",
        forms.SlugField: "un-deux",
    }.get(kind_of(field), PARAGRAPHS if isinstance(field.widget, forms.Textarea) else LINE)
    return None if kept == wished else f"{where}: {kept!r}"


def kind_of(field: forms.Field) -> type[forms.Field]:
    kinds = (MailAddressField, forms.EmailField, forms.URLField, forms.SlugField)
    return next((kind for kind in kinds if isinstance(field, kind)), forms.CharField)


def typed_in(field: forms.Field) -> str:
    return {MailAddressField: ADDRESS, forms.URLField: URL, forms.SlugField: SLUG}.get(
        kind_of(field), TYPED
    )


def holds_text(field: forms.Field) -> bool:
    """Return whether people type a text into the field: passwords stay as typed, rich text and tags are Wagtail's."""
    if not isinstance(field, forms.CharField) or hasattr(field.widget, "features"):
        return False
    if isinstance(field, forms.JSONField | forms.UUIDField | TagField):
        return False
    if isinstance(field.widget, forms.HiddenInput | forms.PasswordInput):
        return False
    return isinstance(field.widget, Input | forms.Textarea)


def test_every_declared_form_reads_text_by_one_rule() -> None:
    """Accounts: see below. Collections are named in Wagtail's own form."""
    found = [
        check(field, f"{form.__name__}.{name}")
        for form in declared_forms()
        if not issubclass(form, WagtailAdminModelForm)  # see below, by column
        for name, field in getattr(form, "base_fields", {}).items()
        if holds_text(field)
        and name != "sujet_libre"
        and not form.__module__.startswith(
            ("directory.accounts", "directory.admin.accounts", "home.privacy")
        )
    ]

    assert len(found) > 25
    assert [problem for problem in found if problem] == []


def test_every_text_column_is_read_by_one_rule_in_the_back_office() -> None:
    found = [
        check(field, f"{model.__name__}.{column.name}")
        for model in [*(m for m in apps.get_models() if f"{m.__module__}.".startswith(OURS)), Page]
        for column in model._meta.get_fields()
        if hasattr(column, "formfield")
        and column.editable
        and (field := formfield_for_dbfield(column))
        and holds_text(field)
    ]

    assert len(found) > 60
    assert [problem for problem in found if problem] == []


@pytest.mark.django_db
def test_the_forms_of_the_account_pages_read_text_by_one_rule() -> None:
    shown = {
        form.__name__: form()
        for form in (
            account_forms.LoginForm,
            account_forms.RequestLoginCodeForm,
            account_forms.ResetPasswordForm,
        )
    }
    shown |= {form.__name__: form() for form in (AccountCreationForm, AccountEditForm)}
    found = [
        check(field, f"{name}.{key}")
        for name, form in shown.items()
        for key, field in form.fields.items()
        if holds_text(field)
    ]

    assert len(found) == 9
    assert [problem for problem in found if problem] == []
    assert isinstance(shown["LoginForm"].fields["password"].widget, forms.PasswordInput)
    assert plain(ConfirmLoginCodeForm.base_fields["code"]).clean("\u200bABCD-EFGH\t") == "ABCD-EFGH"


def test_the_questions_of_an_event_read_text_by_one_rule() -> None:
    kinds = ("singleline", "multiline", "email")
    questions = [Question(label=kind, field_type=kind) for kind in kinds]

    found = [
        check(field, name) for name, field in QuestionFormBuilder(questions).formfields.items()
    ]

    assert found == [None] * len(kinds)
