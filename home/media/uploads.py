"""What an uploaded file really is, whatever its name says; and photos without the place where they were taken."""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import chain
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


def pdf_name(name: bytes) -> bytes:
    """The pattern of a name in a PDF, of which any letter may be written as its number (ISO 32000-1, 7.3.5)."""
    return b"/" + b"".join(b"(?:%c|(?i:#%02x))" % (letter, letter) for letter in name)


#: Names in a PDF that run something. The short one may stand by chance among the bytes of a picture.
ACTIVE_PDF = re.compile(pdf_name(b"JavaScript") + b"|" + pdf_name(b"Launch"))
ACTIVE_OBJECT = re.compile(pdf_name(b"JS") + rb"[\s(<\[]")
#: No pattern here looks for an end: where there is none it would read the whole file again from each beginning.
STREAM_BEGINS, DICTIONARY_ENDS = re.compile(rb"stream\r?\n"), re.compile(rb">>\s*stream\r?\n")
PACKS_OBJECTS, FAR = re.compile(rb"/Type\s*/ObjStm\b"), 4096
#: Of one file: bytes, and streams of objects, each of which holds a hundred or more.
MOST_UNPACKED, MOST_STREAMS, CHUNK = 50_000_000, 10_000, 4096
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
    return any(
        ACTIVE_PDF.search(objects) or ACTIVE_OBJECT.search(without_streams(objects))
        for objects in chain([pdf], unpacked_objects(pdf))
    )


def without_streams(pdf: bytes) -> bytes:
    *pieces, rest = pdf.split(b"endstream")
    return b"".join([*(STREAM_BEGINS.split(piece, maxsplit=1)[0] for piece in pieces), rest])


def unpacked_objects(pdf: bytes) -> Iterator[bytes]:
    """What its streams of objects hold (ISO 32000-1, 7.5.7). Raises ValidationError for one made to keep us busy."""
    room = MOST_UNPACKED
    for number, begin in enumerate(streams_of_objects(pdf)):
        if room <= 0 or number >= MOST_STREAMS:
            raise ValidationError(
                "Ce PDF contient trop d’objets pour être vérifié. Exportez-le de nouveau, puis redéposez-le."
            )
        with suppress(zlib.error):
            objects = unpacked(memoryview(pdf)[begin:], room)
            room -= len(objects)
            yield objects


def unpacked(stream: memoryview, room: int) -> bytes:
    """What begins there, until it ends or is longer than that. In small chunks: zlib copies what follows the end."""
    unpacker, objects = zlib.decompressobj(), bytearray()
    for start in range(0, len(stream), CHUNK):
        objects += unpacker.decompress(stream[start : start + CHUNK])
        if unpacker.eof or len(objects) > room:
            break
    return bytes(objects)


def streams_of_objects(pdf: bytes) -> Iterator[int]:
    """Where a stream begins whose dictionary, just before, says that it packs objects."""
    said = (match.start() for match in PACKS_OBJECTS.finditer(pdf))
    last, coming = -FAR, next(said, None)
    for match in DICTIONARY_ENDS.finditer(pdf):
        while coming is not None and coming < match.start():
            last, coming = coming, next(said, None)
        if match.start() - last < FAR:
            yield match.end()


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
