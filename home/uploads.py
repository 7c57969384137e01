"""What an uploaded file really is, whatever its name says; and photos without the place where they were taken."""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import PurePath
from struct import unpack

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from PIL import Image as Picture
from PIL import ImageSequence

HEAD = 8192
PDF = "application/pdf"
ZIP = "application/zip"
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
#: What the first bytes must say for each extension. Office files are archives: some programs write them in an
#: order in which their kind is not told first.
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
#: Names in a PDF that run something. The short one may stand by chance among the bytes of a picture.
ACTIVE_PDF, ACTIVE_OBJECT = (b"/JavaScript", b"/Launch"), re.compile(rb"/JS[\s(<\[]")
STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
PACKED_OBJECTS = re.compile(rb"/Type\s*/ObjStm\b.*?>>\s*stream\r?\n", re.DOTALL)
NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_UNPACKED = 20_000_000
ORIENTATION = 0x0112


def check_document(file: File) -> None:
    """Raise ValidationError (a French sentence) when the content is not what the name announces."""
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
    if extension == "pdf" and holds_a_program(content):
        raise ValidationError(
            "Ce PDF contient un programme. Exportez-le de nouveau sans script, puis redéposez-le."
        )


def holds_a_program(pdf: bytes) -> bool:
    """Whether a PDF names a script or a command, also when the name is escaped or its object packed away."""
    for objects in (pdf, *unpacked_objects(pdf)):
        plain = NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), objects)
        if any(mark in plain for mark in ACTIVE_PDF) or ACTIVE_OBJECT.search(
            STREAM.sub(b"", plain)
        ):
            return True
    return False


def unpacked_objects(pdf: bytes) -> Iterator[bytes]:
    for match in PACKED_OBJECTS.finditer(pdf):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(pdf[match.end() :], MOST_UNPACKED)


def is_plain_text(content: bytes) -> bool:
    start = content[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return b"\0" not in content and not start.startswith(MARKUP)


def without_location(file: File) -> File:
    """The same photo without EXIF, XMP and IPTC (GPS position, device, owner); only its orientation stays.

    A JPEG keeps its pixels as they are: only its segments are rewritten.
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
        if marker == 0xDA:  # the pixels begin
            break
        length = 2 + unpack(">H", content[position + 2 : position + 4])[0]
        segment = content[position : position + length]
        if not tells_more_than_pixels(marker, segment):
            kept.append(segment)
        position += length
    return b"".join([*kept, content[position:]])


def tells_more_than_pixels(marker: int, segment: bytes) -> bool:
    """EXIF and XMP (APP1), maker notes, IPTC (APP13), comments. The colour profile and Adobe's colours stay."""
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
    """PNG, WebP, AVIF: written again when they carry such data, at a quality that does not show."""
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
