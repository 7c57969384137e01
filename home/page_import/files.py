"""Images and documents of an imported file, read from its folder only and validated."""

import unicodedata
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from home.media.documents import check_document
from home.media.pictures import prepare_picture
from home.page_import.parsed_blocks import FileRef
from home.page_import.refusal import ImportRefusal

#: What the door of pictures refuses, by the code of its refusal.
REFUSED = {
    "damaged": "cannot be read as a picture",
    "format": "cannot be read as a picture",
    "pixels": "has too many pixels",
    "shape": "is too narrow or too long a picture",
}


def locate(folder: Path, ref: FileRef) -> Path:
    """Return the resolved path of a file. Refuse a missing one or one outside the folder, also by `..` or symlink."""
    name = PurePosixPath(ref.name)
    if not ref.name or name.is_absolute() or ".." in name.parts or "\\" in ref.name:
        raise ImportRefusal(ref.line, f"{ref.name!r} is outside the folder of the file")
    home = folder.resolve()
    try:
        path = as_on_disk(home / name).resolve()
        exists = path.is_file()
    except (OSError, ValueError, RuntimeError):
        raise ImportRefusal(ref.line, f"{ref.name!r} is not the name of a file") from None
    if not path.is_relative_to(home):
        raise ImportRefusal(ref.line, f"{ref.name!r} is outside the folder of the file")
    if not exists:
        raise ImportRefusal(ref.line, f"{ref.name!r} does not exist")
    return path


def as_on_disk(path: Path) -> Path:
    """Return the path with accents composed or decomposed, as macOS writes them, in each part, whichever exists."""
    found = Path(path.anchor)
    for part in path.relative_to(path.anchor).parts:
        forms = [part, *(unicodedata.normalize(form, part) for form in ("NFC", "NFD"))]
        found = next((found / form for form in forms if (found / form).exists()), found / part)
    return found


def read_picture(folder: Path, ref: FileRef) -> ContentFile:
    """Return a picture in the form that is stored."""
    path = locate(folder, ref)
    if path.suffix.lower().lstrip(".") not in settings.WAGTAILIMAGES_EXTENSIONS:
        raise ImportRefusal(ref.line, f"{ref.name!r} is not an accepted type of picture")
    if path.stat().st_size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise ImportRefusal(ref.line, f"{ref.name!r} is too large")
    try:
        return prepare_picture(
            ContentFile(path.read_bytes(), name=unicodedata.normalize("NFC", path.name))
        )
    except ValidationError as refused:
        raise ImportRefusal(
            ref.line, f"{ref.name!r} {REFUSED[refused.code or 'damaged']}"
        ) from None


def read_document(folder: Path, ref: FileRef) -> ContentFile:
    """Return a document after checking that its content matches its extension."""
    path = locate(folder, ref)
    if path.suffix.lower().lstrip(".") not in settings.WAGTAILDOCS_EXTENSIONS:
        raise ImportRefusal(ref.line, f"{ref.name!r} is not an accepted type of document")
    most = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    if not 0 < path.stat().st_size <= most:
        raise ImportRefusal(ref.line, f"{ref.name!r} is empty or over {most // 1024**2} MB")
    file = ContentFile(path.read_bytes(), name=unicodedata.normalize("NFC", path.name))
    try:
        check_document(file)
    except ValidationError:
        raise ImportRefusal(ref.line, f"{ref.name!r} is not what its name says") from None
    return file
