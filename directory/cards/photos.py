"""Photos of members: like every picture, then small and without transparency."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from home.media.pictures import prepare_picture

MAX_BYTES = 5 * 1024 * 1024
LONGEST_SIDE = 800


def clean_photo(upload: UploadedFile) -> ContentFile:
    """Return the photo as a JPEG of at most 800 pixels without metadata. Raise ValidationError for invalid files."""
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError("Cette photo est trop lourde\u00a0: 5\u00a0Mo au plus.")
    with Image.open(prepare_picture(upload)) as picture:
        return as_jpeg(picture)


def as_jpeg(picture: Image.Image) -> ContentFile:
    picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    layer = picture.convert("RGBA")
    layer.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    flat = Image.new("RGB", layer.size, "white")
    flat.paste(layer, mask=layer)
    content = BytesIO()
    flat.save(content, "JPEG", quality=85, optimize=True)
    return ContentFile(content.getvalue(), name="photo.jpg")
