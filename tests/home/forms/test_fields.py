import pytest
from django import forms

from home.forms import fields


class Fields(forms.Form):
    name = fields.PlainTextField()
    text = fields.PlainParagraphsField(required=False)
    address = fields.MailAddressField()


VALID = {"name": " Élise ", "text": "un\r\ndeux", "address": " Elise@X.FR "}


def test_fields_normalise_their_input() -> None:
    form = Fields(VALID)

    assert form.is_valid()
    assert form.cleaned_data == {"name": "Élise", "text": "un\ndeux", "address": "elise@x.fr"}


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", "a\nBcc:\u00a0x", "a Bcc: x"),
        ("name", "a\u202eb\x00\ufeff", "ab"),
        ("text", "a\x07\u200b", "a"),
        ("address", "elise@\u200bx.fr\n", "elise@x.fr"),
    ],
)
def test_nobody_is_told_about_a_character_that_is_not_seen(
    field: str, value: str, kept: str
) -> None:
    form = Fields({**VALID, field: value})

    assert form.is_valid()
    assert form.cleaned_data[field] == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\u00a0 \u202f\u200b"),
        ("name", "a" * 201),
        ("text", "a" * 2001),
        ("address", "a@b"),
        ("address", "\u200b"),
        ("address", '"<x>"@y.fr'),
        ("address", "a@b.fr\nBcc:x@y.fr"),
        ("address", "a" * 300 + "@x.fr"),
    ],
)
def test_fields_refuse(field: str, value: str) -> None:
    form = Fields({**VALID, field: value})

    assert list(form.errors) == [field]
