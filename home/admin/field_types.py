"""Form fields of the back office, by the column that they fill: registered once, for every form that Wagtail makes."""

from django.db import models
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminAutoHeightTextInput, SlugInput

from home.blocks.date_fields import (
    TypedDateField,
    TypedDateInput,
    TypedDateTimeField,
    TypedDateTimeInput,
    TypedTimeField,
    TypedTimeInput,
)
from home.forms.fields import (
    MailAddressField,
    PlainParagraphsField,
    PlainSlugField,
    PlainTextField,
    PlainURLField,
)


def register_field_types() -> None:
    """Make texts typed in the back office plain, dates read as they are written, and pictures pass their door.

    Rich text is left alone.
    """
    for column, field, widget in (
        (models.DateField, TypedDateField, TypedDateInput),
        (models.TimeField, TypedTimeField, TypedTimeInput),
        (models.DateTimeField, TypedDateTimeField, TypedDateTimeInput),
    ):
        register_form_field_override(column, override={"form_class": field, "widget": widget})
    register_form_field_override(models.CharField, override={"form_class": PlainTextField})
    register_form_field_override(models.EmailField, override={"form_class": MailAddressField})
    register_form_field_override(
        models.URLField, override={"form_class": PlainURLField, "assume_scheme": "https"}
    )
    register_form_field_override(
        models.SlugField, override={"form_class": PlainSlugField, "widget": SlugInput}
    )
    register_form_field_override(
        models.TextField,
        override={"form_class": PlainParagraphsField, "widget": AdminAutoHeightTextInput},
        exact_class=True,
    )
    use_picture_door()


def use_picture_door() -> None:
    """Give the account page our form of one's picture: Wagtail's would keep metadata, and fail on a damaged file."""
    from wagtail.admin.views.account import AvatarSettingsPanel  # noqa: PLC0415 -- app ready

    from home.media.forms import AvatarForm  # noqa: PLC0415 -- app ready

    AvatarSettingsPanel.form_class = AvatarForm
