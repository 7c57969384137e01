"""Text fields of every form: what is invisible goes, white space is plain. Nobody is told about a character unseen."""

from functools import partial
from typing import Any

from django import forms

from home.french.characters import one_line, several_lines
from home.mail.addresses import MAX_ADDRESS, clean_address


class OneLineMixin(forms.CharField):
    """Makes one line of what is typed or pasted (`home.french.characters.one_line`)."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return (one_line(text) or self.empty_value) if isinstance(text, str) else text


class PlainTextField(OneLineMixin):
    """A line of text."""

    def __init__(self, *, max_length: int | None = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)


class PlainParagraphsField(forms.CharField):
    """A text of several lines, with `\\n` line endings."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int | None = 2000, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return (several_lines(text) or self.empty_value) if isinstance(text, str) else text


class PlainURLField(OneLineMixin, forms.URLField):
    """The address of a page."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(one_line(value) if isinstance(value, str) else value)


class PlainSlugField(OneLineMixin, forms.SlugField):
    """The part of an address that names a page."""


class MailAddressField(forms.CharField):
    """An e-mail address, by the one rule of `home.mail.addresses.clean_address`."""

    widget = forms.EmailInput
    default_error_messages = {"required": "Saisissez votre adresse e-mail."}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Adresse e-mail")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = one_line(super().to_python(value) or "")
        return clean_address(text) if text else ""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {
            **super().widget_attrs(widget),
            "autocomplete": widget.attrs.get("autocomplete", "email"),
            "maxlength": str(MAX_ADDRESS),
        }


def plain(field: forms.Field) -> forms.Field:
    """Return the field of a library's form, made one of ours if it is an address or a line. Passwords stay as typed."""
    kind: Any = None
    if isinstance(field, forms.EmailField):
        kind = MailAddressField
    elif type(field) is forms.CharField and not isinstance(
        field.widget, forms.PasswordInput | forms.HiddenInput | forms.Textarea
    ):
        kind = partial(PlainTextField, max_length=field.max_length)
    if kind is None:
        return field
    return kind(
        label=field.label,
        required=field.required,
        widget=field.widget,
        initial=field.initial,
        help_text=field.help_text,
        error_messages=field.error_messages,
    )
