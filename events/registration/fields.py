"""Form field for a question that asks for a document."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from home.french import file_size
from home.french.characters import one_line
from home.media.documents import check_document, not_what_it_says
from home.media.pictures import prepare_picture

PICTURES = ("jpg", "jpeg", "png", "heic", "heif")
ACCEPTED = ("pdf", *PICTURES, "odt", "docx")
HEAVIEST = 10 * 1024 * 1024
LONGEST_NAME = 120
KINDS = "PDF, JPEG, PNG, HEIC, ODT ou DOCX"


class DocumentField(forms.FileField):
    """A document of an accepted format, checked by its content. The browser's file name is never used as a path."""

    default_error_messages = {
        "required": "Joignez un document.",
        "empty": "Ce fichier est vide.",
        "invalid": "Ce fichier n’est pas arrivé entier\u00a0: choisissez-le de nouveau.",
        "missing": "Ce fichier n’est pas arrivé entier\u00a0: choisissez-le de nouveau.",
    }
    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        limits = f"{KINDS}, {file_size(HEAVIEST)} au plus."
        kwargs["help_text"] = " ".join(filter(None, [kwargs.get("help_text", ""), limits]))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(f".{extension}" for extension in ACCEPTED)}

    def to_python(self, data: Any) -> File | None:
        file = super().to_python(data)
        if file is None:
            return None
        if file.size > HEAVIEST:
            raise ValidationError(
                f"Ce fichier pèse {file_size(file.size)}\u00a0: {file_size(HEAVIEST)} au plus."
            )
        extension = PurePath(file.name or "").suffix.lower().lstrip(".")
        if extension not in ACCEPTED:
            raise ValidationError(
                f"Ce genre de fichier n’est pas accepté\u00a0: {KINDS} seulement."
            )
        if extension in PICTURES:
            return picture_named(file, extension)
        check_document(file)
        return file


def picture_named(file: File, extension: str) -> File:
    """Return the picture as it is stored: its place and device are removed, one of a telephone becomes a JPEG."""
    try:
        return prepare_picture(file)
    except ValidationError as refusal:
        raise (not_what_it_says(extension) if refusal.code == "format" else refusal) from refusal


def shown_name(file: File) -> str:
    """Return the document's name for display and download: one line, limited length, with its extension."""
    path = PurePath(file.name or "document")
    stem = one_line(path.stem) or "document"
    return stem[: LONGEST_NAME - len(path.suffix)] + path.suffix.lower()
