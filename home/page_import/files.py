"""Pictures and documents that stand beside an imported file: found in its folder and nowhere else, checked."""

from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from home.media.uploads import check_document
from home.page_import.blocks import FileRef
from home.page_import.refusal import ImportRefusal

FORMATS = {"JPEG", "PNG", "WEBP", "GIF", "AVIF"}


def locate(folder: Path, ref: FileRef) -> Path:
    """The file's own path. Refuses one that is absent, or outside the folder, through `..` and links too."""
    name = PurePosixPath(ref.name)
    if not ref.name or name.is_absolute() or ".." in name.parts or "\\" in ref.name:
        raise ImportRefusal(ref.line, f"{ref.name!r} is outside the folder of the file")
    home = folder.resolve()
    try:
        path = (home / name).resolve()
        exists = path.is_file()
    except (OSError, ValueError, RuntimeError):
        raise ImportRefusal(ref.line, f"{ref.name!r} is not the name of a file") from None
    if not path.is_relative_to(home):
        raise ImportRefusal(ref.line, f"{ref.name!r} is outside the folder of the file")
    if not exists:
        raise ImportRefusal(ref.line, f"{ref.name!r} does not exist")
    return path


def read_picture(folder: Path, ref: FileRef) -> ContentFile:
    """The picture, once it is sure that it is one. What the camera wrote in it goes when it is stored."""
    path = locate(folder, ref)
    if path.suffix.lower().lstrip(".") not in settings.WAGTAILIMAGES_EXTENSIONS:
        raise ImportRefusal(ref.line, f"{ref.name!r} is not a picture of a kind that is accepted")
    if path.stat().st_size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise ImportRefusal(ref.line, f"{ref.name!r} is too heavy")
    try:
        with Image.open(path) as image:
            refuse_strange(image, ref)
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ImportRefusal(ref.line, f"{ref.name!r} can not be read as a picture") from None
    return ContentFile(path.read_bytes(), name=path.name)


def refuse_strange(image: Image.Image, ref: FileRef) -> None:
    if image.format not in FORMATS:
        raise ImportRefusal(ref.line, f"{ref.name!r} is not a picture of a kind that is accepted")
    if image.width * image.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise ImportRefusal(ref.line, f"{ref.name!r} has too many pixels")


def read_document(folder: Path, ref: FileRef) -> ContentFile:
    """The document, once its inside is what its name says."""
    path = locate(folder, ref)
    if path.suffix.lower().lstrip(".") not in settings.WAGTAILDOCS_EXTENSIONS:
        raise ImportRefusal(ref.line, f"{ref.name!r} is not a document of a kind that is accepted")
    most = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    if not 0 < path.stat().st_size <= most:
        raise ImportRefusal(ref.line, f"{ref.name!r} is empty or over {most // 1024**2} MB")
    file = ContentFile(path.read_bytes(), name=path.name)
    try:
        check_document(file)
    except ValidationError:
        raise ImportRefusal(ref.line, f"{ref.name!r} is not what its name says") from None
    return file
