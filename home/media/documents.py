"""Validation of uploaded documents by content. Pictures have a door of their own: `home.media.pictures`."""

import logging
import subprocess
import sys
from pathlib import Path, PurePath
from threading import Lock

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import File

logger = logging.getLogger(__name__)

HEAD = 8192
PDF = "application/pdf"
ZIP = "application/zip"
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
#: Allowed types of the first bytes, by extension. Office files are ZIP archives, and in some of them the type is not
#: recognisable from the start.
KINDS = {
    "pdf": {PDF},
    "zip": {ZIP},
    "docx": {f"{OFFICE}wordprocessingml.document", ZIP},
    "xlsx": {f"{OFFICE}spreadsheetml.sheet", ZIP},
    "pptx": {f"{OFFICE}presentationml.presentation", ZIP},
    "odt": {f"{OPEN_DOCUMENT}text", ZIP},
    "ods": {f"{OPEN_DOCUMENT}spreadsheet", ZIP},
    "odp": {f"{OPEN_DOCUMENT}presentation", ZIP},
}
TEXTS = {"csv", "txt"}
MARKUP = (b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml", b"<body", b"<iframe")
PDF_CHECK = Path(__file__).with_name("pdf_check.py")
#: Timeout in seconds. A PDF of ten pages takes 0.1 s; the check itself stops after 10 s of CPU time.
PATIENCE = 20
#: One check at a time in each process of the site, because each may use 512 MB.
ALONE = Lock()
SOUND, TOO_MUCH = "sound", "too much"
#: Messages for the other results of the check.
REFUSALS = {
    "program": "Ce PDF contient un programme. Exportez-le de nouveau sans script, puis redéposez-le.",
    TOO_MUCH: "Ce PDF contient trop d’objets pour être vérifié. Exportez-le de nouveau, puis redéposez-le.",
    "damaged": "Ce PDF est abîmé et ne peut pas être vérifié. Exportez-le de nouveau, puis redéposez-le.",
    "locked": "Ce PDF demande un mot de passe et ne peut pas être vérifié. Exportez-le de nouveau sans mot de passe, "
    "puis redéposez-le.",
}


def check_document(file: File) -> None:
    """Raise ValidationError, with a French message, if the content does not match the extension or is unsafe."""
    extension = PurePath(file.name or "").suffix.lower().lstrip(".")
    file.seek(0)
    content = file.read()
    file.seek(0)
    if extension in TEXTS:
        expected = is_plain_text(content)
    else:
        expected = filetype.guess_mime(content[:HEAD]) in KINDS.get(extension, set())
    if not expected:
        raise not_what_it_says(extension)
    if extension == "pdf" and (held := result_of_check(content)) != SOUND:
        raise ValidationError(REFUSALS[held])


def not_what_it_says(extension: str) -> ValidationError:
    return ValidationError(
        f"Ce fichier n’est pas un {extension.upper()}\u00a0: son contenu ne correspond pas à son nom."
    )


def result_of_check(pdf: bytes) -> str:
    """Run `home/media/pdf_check.py` on a PDF and return its result. A timeout or a crash counts as "too much"."""
    command = [sys.executable, "-I", str(PDF_CHECK)]
    try:
        with ALONE:
            done = subprocess.run(  # noqa: S603 -- our own script, the file on its standard input
                command, input=pdf, capture_output=True, timeout=PATIENCE, check=True
            )
    except subprocess.TimeoutExpired:
        return TOO_MUCH
    except subprocess.CalledProcessError as error:
        if error.returncode > 0:  # not killed by a signal: an unexpected error
            logger.exception("%s", error.stderr.decode(errors="replace")[-2000:])
        return TOO_MUCH
    return done.stdout.decode()


def is_plain_text(content: bytes) -> bool:
    start = content[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return b"\0" not in content and not start.startswith(MARKUP)
