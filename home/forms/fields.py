"""Form fields of public forms: plain text and e-mail addresses, normalised before validation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from home.mail.addresses import MAX_ADDRESS, clean_address, is_unprintable


class PlainTextField(forms.CharField):
    """A line of text without line breaks, control characters or direction overrides."""

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if any(is_unprintable(character) for character in text):
            raise ValidationError("Ce champ contient un caractère qui ne s’affiche pas.")
        return text


class PlainParagraphsField(forms.CharField):
    """A text of several lines, with `\\n` line endings and the same restrictions as PlainTextField."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = 2000, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if any(is_unprintable(character) for character in text if character not in "\n\t"):
            raise ValidationError("Ce champ contient un caractère qui ne s’affiche pas.")
        return text


class MailAddressField(forms.CharField):
    """An e-mail address, normalised by `clean_address`: stripped, NFC, lower case."""

    widget = forms.EmailInput
    default_error_messages = {"required": "Saisissez votre adresse e-mail."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Adresse e-mail")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return clean_address(text) if text else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "autocomplete": "email",
            "maxlength": str(MAX_ADDRESS),
        }
