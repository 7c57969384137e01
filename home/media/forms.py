"""Wagtail's image form, with a limit on pixels that does not decode the image."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from PIL import Image as Picture
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

TOO_MANY_PIXELS = "Cette image a trop de pixels : {millions} millions au plus."


class CountedImageField(WagtailImageField):
    def check_image_pixel_size(self, f: UploadedFile) -> None:
        """Check the size in the header. Willow decodes the image: a 500 kB file took 650 MB of memory."""
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
    """Base form of every image upload, set by WAGTAILIMAGES_IMAGE_FORM_BASE."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):  # absent when titles are given after a multiple upload
            self.fields["file"] = CountedImageField(label=file.label, widget=file.widget)
