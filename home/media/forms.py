"""Wagtail's image form, whose file passes the door of pictures (`home.media.pictures`)."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from home.media.pictures import PreparedPicture, prepare_picture

FOCAL_POINT = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")


class PictureField(WagtailImageField):
    """A picture of any format that telephones and cameras write, in the form that is stored."""

    def to_python(self, data: Any) -> PreparedPicture | None:
        file = forms.FileField.to_python(self, data)
        if file is None:
            return None
        self.check_image_file_size(file)
        if PurePath(file.name or "").suffix.lower()[1:] not in self.allowed_image_extensions:
            code = "invalid_image_extension"
            raise ValidationError(self.error_messages[code], code=code)
        return prepare_picture(file)


class AvatarForm(AvatarPreferencesForm):
    """Wagtail's form of one's picture in the back office. `register_field_types` puts it in its place."""

    avatar = PictureField(label="Votre photo", required=False)


class SiteImageForm(BaseImageForm):
    """Base form of every image upload, set by WAGTAILIMAGES_IMAGE_FORM_BASE."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):  # absent when titles are given after a multiple upload
            self.fields["file"] = PictureField(label=file.label, widget=file.widget)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk and "file" in self.changed_data:
            self.forget_former_focal_point(cleaned)
        return cleaned

    def forget_former_focal_point(self, cleaned: dict[str, Any]) -> None:
        """The focal area was drawn on the picture that this file replaces, unless it came with it."""
        if not any(name in self.changed_data for name in FOCAL_POINT):
            cleaned |= dict.fromkeys(FOCAL_POINT)
