"""Cleaning of uploaded photos: check, rotate, resize, and remove metadata."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
TOO_MANY_PIXELS = "Cette photo a trop de pixels : 40 millions au plus."
LONGEST_SIDE = 800
FORMATS = ("JPEG", "PNG", "WEBP")


def clean_photo(upload: UploadedFile) -> ContentFile:
    """Return the photo as a JPEG of at most 800 pixels without metadata. Raise ValidationError for invalid files."""
    if upload.size is None or upload.size > MAX_BYTES:
        raise ValidationError("Cette photo est trop lourde : 5 Mo au plus.")
    upload.seek(0)
    try:
        # `open` reads the size from the header, so that a decompression bomb is refused before it is decoded.
        with Image.open(upload, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(TOO_MANY_PIXELS)
            return as_jpeg(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ValidationError(TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, ValueError, Warning) as error:
        raise ValidationError("Envoyez une photo au format JPEG, PNG ou WebP.") from error


def as_jpeg(picture: Image.Image) -> ContentFile:
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    flat = Image.new("RGB", upright.size, "white")
    layer = upright.convert("RGBA")
    flat.paste(layer, mask=layer)
    content = BytesIO()
    flat.save(content, "JPEG", quality=85, optimize=True)
    return ContentFile(content.getvalue(), name="photo.jpg")
