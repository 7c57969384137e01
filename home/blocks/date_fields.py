"""Dates of the back office: fields that read what French people write, and pickers that replace nothing."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.admin import widgets

from home.french.characters import one_line
from home.french.typed_dates import Unreadable, read_date, read_moment, read_time

#: Options of Wagtail's picker: leave what is typed to the server, propose half hours.
PICKER = {"validateOnBlur": False, "step": 30}


class TypedDateInput(widgets.AdminDateInput):
    def get_config(self) -> dict[str, Any]:
        return super().get_config() | PICKER


class TypedTimeInput(widgets.AdminTimeInput):
    def get_config(self) -> dict[str, Any]:
        return super().get_config() | PICKER


class TypedDateTimeInput(widgets.AdminDateTimeInput):
    def get_config(self) -> dict[str, Any]:
        return super().get_config() | PICKER


class TypedEndInput(TypedDateTimeInput):
    """The picker of an end: empty, it opens on the day of `starts_at` (`back_office/end_dates.js`)."""

    def __init__(self, attrs: Any = None, **kwargs: Any) -> None:
        super().__init__(attrs={"data-opens-on": "starts_at", **(attrs or {})}, **kwargs)


class TypedMixin(forms.Field):
    """Reads typed text with `read`, and says how to write it under the field."""

    example = ""
    picker: type[Any] = TypedDateInput

    def __init__(self, **kwargs: Any) -> None:
        widget = kwargs.get("widget", self.picker)
        if type(widget) in self.picker.__mro__:  # Wagtail's own, with what the panel asked of it
            own = self.picker(attrs=widget.attrs)
            if hasattr(widget, "js_overlay_parent_selector"):
                own.js_overlay_parent_selector = widget.js_overlay_parent_selector
            widget = own
        elif widget in self.picker.__mro__:
            widget = self.picker
        super().__init__(**{**kwargs, "widget": widget})
        self.help_text = f"{self.help_text or ''} Par exemple {self.example}.".strip()

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            return self.read(value) if one_line(value) else None
        except Unreadable as refusal:
            raise ValidationError(str(refusal), code="invalid") from refusal

    def read(self, text: str) -> Any:
        raise NotImplementedError


class TypedDateField(TypedMixin, forms.DateField):
    example, picker = "12/03/2027", TypedDateInput

    def read(self, text: str) -> date:
        return read_date(text)


class TypedTimeField(TypedMixin, forms.TimeField):
    example, picker = "9h30", TypedTimeInput

    def read(self, text: str) -> time:
        return read_time(text)


class TypedDateTimeField(TypedMixin, forms.DateTimeField):
    example, picker = "12/03/2027 9h30", TypedDateTimeInput
    #: Whether a date without an hour is midnight.
    whole_day = False

    def read(self, text: str) -> datetime:
        return read_moment(text, whole_day=self.whole_day)


class TypedTimeBlock(blocks.TimeBlock):
    @cached_property
    def field(self) -> forms.Field:
        return TypedTimeField(widget=TypedTimeInput(format=self.format), **self.field_options)


class TypedDateTimeBlock(blocks.DateTimeBlock):
    @cached_property
    def field(self) -> forms.Field:
        widget = TypedDateTimeInput(format=self.format)
        return TypedDateTimeField(widget=widget, **self.field_options)
