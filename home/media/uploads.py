"""Validation of uploaded documents by content, and removal of metadata from photos."""

import logging
import subprocess
import sys
from io import BytesIO
from pathlib import Path, PurePath
from struct import unpack
from threading import Lock

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from PIL import Image as Picture
from PIL import ImageSequence

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
    "jpg": {"image/jpeg"},
    "jpeg": {"image/jpeg"},
    "png": {"image/png"},
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
ORIENTATION = 0x0112


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
        raise ValidationError(
            f"Ce fichier n’est pas un {extension.upper()}\u00a0: son contenu ne correspond pas à son nom."
        )
    if extension == "pdf" and (held := result_of_check(content)) != SOUND:
        raise ValidationError(REFUSALS[held])


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


def without_location(file: File) -> File:
    """Remove EXIF, XMP and IPTC (GPS position, device, owner) from a photo, except its orientation.

    A JPEG is not re-encoded: only its segments are rewritten.
    """
    file.seek(0)
    content = file.read()
    file.seek(0)
    cleaned = clean_jpeg(content) if content[:2] == b"\xff\xd8" else clean_other(content)
    return file if cleaned == content else ContentFile(cleaned, name=file.name)


def clean_jpeg(content: bytes) -> bytes:
    kept = [b"\xff\xd8", orientation_segment(content)]
    position = 2
    while position + 4 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xDA:  # start of the pixel data
            break
        length = 2 + unpack(">H", content[position + 2 : position + 4])[0]
        segment = content[position : position + length]
        if not tells_more_than_pixels(marker, segment):
            kept.append(segment)
        position += length
    return b"".join([*kept, content[position:]])


def tells_more_than_pixels(marker: int, segment: bytes) -> bool:
    """Return whether to remove a segment: EXIF and XMP (APP1), maker notes, IPTC (APP13), comments.

    The ICC profile (APP2) and Adobe's colour transform (APP14) are kept.
    """
    if marker == 0xE2:
        return not segment[4:].startswith(b"ICC_PROFILE")
    return marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE)


def orientation_segment(content: bytes) -> bytes:
    with Picture.open(BytesIO(content)) as picture:
        orientation = picture.getexif().get(ORIENTATION, 1)
    if orientation not in range(2, 9):
        return b""
    exif = Picture.Exif()
    exif[ORIENTATION] = orientation
    body = exif.tobytes()
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def clean_other(content: bytes) -> bytes:
    """Re-encode a PNG, WebP or AVIF with metadata, at quality 92, without visible loss."""
    with Picture.open(BytesIO(content)) as picture:
        told = {"exif", "xmp", "XML:com.adobe.xmp", "photoshop"} & picture.info.keys()
        if not (told or picture.getexif()):
            return content
        orientation = picture.getexif().get(ORIENTATION, 1)
        exif = Picture.Exif()
        if orientation in range(2, 9):
            exif[ORIENTATION] = orientation
        cleaned = BytesIO()
        frames = list(ImageSequence.Iterator(picture)) if getattr(picture, "is_animated", 0) else []
        for name in ("exif", "xmp", "XML:com.adobe.xmp", "photoshop"):
            picture.info.pop(name, None)
        picture.save(
            cleaned,
            format=picture.format,
            exif=exif,
            icc_profile=picture.info.get("icc_profile"),
            quality=92,
            **({"save_all": True} if frames else {}),
        )
    return cleaned.getvalue()
