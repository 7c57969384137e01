"""Wagtail's form of an image, with a count of pixels that unpacks nothing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from PIL import Image as Picture
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

TOO_MANY_PIXELS = "Cette image a trop de pixels : {millions} millions au plus."


class CountedImageField(WagtailImageField):
    def check_image_pixel_size(self, f: UploadedFile) -> None:
        """By the header: Willow unpacks a picture to count, and one of 500 kB took 650 MB (tried)."""
        f.seek(0)
        try:
            with Picture.open(f) as picture:
                is_too_large = picture.width * picture.height > self.max_image_pixels
        except (Picture.DecompressionBombWarning, Picture.DecompressionBombError):
            is_too_large = True
        f.seek(0)
        if is_too_large:
            millions = self.max_image_pixels // 1_000_000
            raise ValidationError(TOO_MANY_PIXELS.format(millions=millions))


class SiteImageForm(BaseImageForm):
    """Named by WAGTAILIMAGES_IMAGE_FORM_BASE: every way of uploading an image goes through it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):  # not where several that were uploaded get their titles
            self.fields["file"] = CountedImageField(label=file.label, widget=file.widget)
