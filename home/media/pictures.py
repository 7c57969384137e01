"""The door of every picture: an upload becomes an upright sRGB picture without metadata, or is refused in French.

A JPEG or a PNG that is one already keeps its pixels: only its segments are rewritten. Everything else is drawn again, as a
PNG if it is transparent or came without loss, else as a JPEG.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import PurePath
from struct import unpack
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.timezone import make_aware
from PIL import Image as Picture
from PIL import ImageCms, ImageMath, IptcImagePlugin
from PIL.ImageFile import ImageFile
from pillow_heif import register_heif_opener

logger = logging.getLogger(__name__)

register_heif_opener()  # HEIC, as telephones write it; Pillow reads the others itself

#: Pillow's names of what is read.
READ = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
#: Formats that lose nothing, and are stored in one that does not either.
LOSSLESS = {"PNG", "GIF"}
#: Formats in which pages show pictures: each is tried at upload.
SHOWN = ("JPEG", "WEBP", "AVIF")
QUALITY = 92
#: In pixels. A WebP has no side over 16,383.
LONGEST_SIDE = 16_000
#: Length divided by width: a longer strip would be a hair in a page.
LONGEST_SHAPE = 50
#: Size of the trial in each format.
TRIAL = (320, 320)
ORIENTATION, ARTIST, COPYRIGHT = 0x0112, 0x013B, 0x8298
#: Where EXIF says when the picture was taken, and in that part: the time, its offset from UTC, fractions of a second.
TAKEN_PART, TAKEN, TAKEN_OFFSET, TAKEN_FRACTION = 0x8769, 0x9003, 0x9011, 0x9291
BYLINE, NOTICE = (2, 80), (2, 116)  # IPTC
UPRIGHT = {
    2: Picture.Transpose.FLIP_LEFT_RIGHT,
    3: Picture.Transpose.ROTATE_180,
    4: Picture.Transpose.FLIP_TOP_BOTTOM,
    5: Picture.Transpose.TRANSPOSE,
    6: Picture.Transpose.ROTATE_270,
    7: Picture.Transpose.TRANSVERSE,
    8: Picture.Transpose.ROTATE_90,
}
#: Sentence of each refusal, by its code.
REFUSALS = {
    "damaged": "Cette image est abîmée ou incomplète. Ouvrez-la dans un logiciel de photo, enregistrez-la de nouveau en "
    "JPEG, puis redéposez-la.",
    "format": "Ce fichier n’est pas une image que le site sait lire. Envoyez-la en JPEG, PNG, WebP, GIF, AVIF ou HEIC.",
    "pixels": "Cette image a trop de pixels\u00a0: {millions} millions au plus. Réduisez-la, puis redéposez-la.",
    "shape": "Cette image est trop étroite ou trop longue\u00a0: 16\u202f000 pixels au plus de côté, et une longueur de "
    "cinquante fois la largeur au plus. Coupez-la, puis redéposez-la.",
}
#: First bytes of what is read, to tell a damaged picture from a file of another kind.
HEADS = re.compile(rb"\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|....ftyp", re.DOTALL)
#: A marker that ends the pixel data of a JPEG.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
#: What stands before a name in « © Camille Roux »: pages write the sign themselves.
SIGN = re.compile(r"^(?:\s*(?:©|\(c\)|copyright)\s*:?)+\s*", re.IGNORECASE)
LONGEST_NAME = 255
#: In which a picture may have been taken: cameras whose clock was never set say other ones.
YEARS = range(1900, 3000)
OFFSET = re.compile(r"([+-])([01]\d|2[0-3]):([0-5]\d)")
#: One picture at a time in each process: forty million pixels take 160 MB.
ALONE = Lock()


class PreparedPicture(ContentFile):
    """A file that has passed the door."""

    #: Who took it, by the metadata that is removed; empty if it does not say.
    author = ""
    #: When it was taken, by the same metadata; None if it does not say.
    taken_at: datetime | None = None
    #: Whether only metadata was removed, so that what was drawn from the file before is still true.
    keeps_pixels = False


def prepare_picture(file: File) -> PreparedPicture:
    """Return the picture in the form that is stored. Raise ValidationError, with a code, if pages could not show it."""
    if isinstance(file, PreparedPicture):
        return file
    file.seek(0)
    content = file.read()
    file.seek(0)
    with ALONE, damage_refused():
        pixels = without_metadata(content)
        kept, told = stored_form(content, pixels)
        try_out(kept)
    extension = "png" if kept.startswith(PNG_START) else "jpg"
    stem = PurePath(file.name or "").stem or "image"
    prepared = PreparedPicture(kept, name=f"{stem}.{extension}")
    prepared.author, prepared.taken_at = told.author, told.taken_at
    prepared.keeps_pixels = kept == pixels
    return prepared


@contextmanager
def damage_refused() -> Iterator[None]:
    """Make a refusal of whatever Pillow and its codecs raise: almost anything, and more with each release."""
    try:
        yield
    except ValidationError:
        raise
    except (Picture.DecompressionBombWarning, Picture.DecompressionBombError) as error:
        raise refusal("pixels") from error
    except Exception as error:
        logger.info("A picture is refused", exc_info=True)
        raise refusal("damaged") from error


def refusal(code: str) -> ValidationError:
    millions = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
    return ValidationError(REFUSALS[code].format(millions=millions), code=code)


def size_of(file: File) -> tuple[int, int]:
    """Return width and height by the head of the file, nothing decoded; zero if it is no picture."""
    try:
        with Picture.open(file, formats=READ) as picture:
            return picture.size
    except Exception:  # noqa: BLE001 -- Pillow raises almost anything, see damage_refused
        return 0, 0


def stored_form(content: bytes, pixels: bytes) -> tuple[bytes, "Told"]:
    """Return the file that is stored, and what the picture told."""
    with opened(pixels) as picture:
        told = what_it_tells(content)
        if is_as_stored(picture, told):
            return pixels, told
        is_photo = picture.format not in LOSSLESS
        return written(settled(picture, told), is_photo=is_photo), told


def without_metadata(content: bytes) -> bytes:
    """Return a JPEG or a PNG without what may be damaged in it and does not show; another file as it is."""
    if content.startswith(JPEG_START):
        return clean_jpeg(content)
    return clean_png(content) if content.startswith(PNG_START) else content


def opened(content: bytes) -> Picture.Image:
    """Open a picture and check what its header says. Nothing is decoded yet."""
    if not HEADS.match(content):
        raise refusal("format")
    picture = Picture.open(BytesIO(content), formats=READ)
    width, height = picture.size
    if width * height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise refusal("pixels")
    if max(width, height) > min(LONGEST_SIDE, LONGEST_SHAPE * min(width, height)):
        raise refusal("shape")
    return picture


@dataclass(frozen=True)
class Told:
    """The metadata of a picture that is used before it is removed."""

    orientation: int = 1
    #: The colour profile, if it is readable and not sRGB, which is what a picture without one has.
    profile: ImageCms.ImageCmsProfile | None = None
    author: str = ""
    taken_at: datetime | None = None


def what_it_tells(content: bytes) -> Told:
    """Read the metadata. If it is damaged it says nothing, and the picture is sound all the same."""
    try:
        with Picture.open(BytesIO(content), formats=READ) as picture:
            if picture.format == "PNG":
                picture.load()  # a PNG may speak behind its pixels
            exif = picture.getexif()
            author = author_of(picture, exif)
            return Told(exif.get(ORIENTATION, 1), profile_of(picture), author, taken_at(exif))
    except Exception:  # noqa: BLE001 -- Pillow raises almost anything, see damage_refused
        return Told()


def profile_of(picture: ImageFile) -> ImageCms.ImageCmsProfile | None:
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(picture.info.get("icc_profile") or b""))
    except (OSError, ImageCms.PyCMSError):
        return None
    return None if "srgb" in ImageCms.getProfileDescription(profile).lower() else profile


def is_as_stored(picture: Picture.Image, told: Told) -> bool:
    """Return whether its pixels can stay as they are."""
    modes = {"JPEG": {"RGB", "L"}, "PNG": {"1", "L", "LA", "P", "RGB", "RGBA"}}
    return (
        picture.mode in modes.get(picture.format or "", {})
        and told.orientation not in UPRIGHT
        and told.profile is None
    )


def settled(picture: Picture.Image, told: Told) -> Picture.Image:
    """Return the first frame upright, in sRGB, with eight bits, without anything but its pixels."""
    picture.load()
    drawn = in_srgb(in_eight_bits(picture), told.profile)
    if told.orientation in UPRIGHT:
        drawn = drawn.transpose(UPRIGHT[told.orientation])
    drawn.info = {}
    return drawn


def in_eight_bits(picture: Picture.Image) -> Picture.Image:
    if picture.mode.startswith("I"):  # sixteen bits: Pillow would cut what is over 255
        return from_sixteen_bits(picture)
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode == "CMYK":
        return picture
    return picture.convert("L" if picture.mode in {"1", "L"} else "RGB")


def from_sixteen_bits(picture: Picture.Image) -> Picture.Image:
    levels = picture.convert("I")
    grey = levels.point(lambda level: level * (255 / 65_535)).convert("L")
    clear = picture.info.get("transparency")
    if not isinstance(clear, int):
        return grey
    opaque = ImageMath.lambda_eval(
        lambda told: told["convert"]((told["levels"] != clear) * 255, "L"), levels=levels
    )
    return Picture.merge("LA", (grey, opaque)).convert("RGBA")


def in_srgb(picture: Picture.Image, profile: ImageCms.ImageCmsProfile | None) -> Picture.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile is not None:
        try:
            srgb = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(picture, profile, srgb, outputMode=mode)
        except ImageCms.PyCMSError:  # a profile of another kind of picture
            changed = None
        if changed is not None:
            return changed
    return picture.convert(mode) if picture.mode == "CMYK" else picture


def written(picture: Picture.Image, *, is_photo: bool) -> bytes:
    content = BytesIO()
    if picture.mode == "RGBA" or not is_photo:
        picture.save(content, "PNG", compress_level=3)
    else:
        picture.save(content, "JPEG", quality=QUALITY)
    return content.getvalue()


def try_out(content: bytes) -> None:
    """Decode the whole picture and draw it small, in each format in which pages show it."""
    with opened(content) as picture:
        picture.draft(None, TRIAL)  # a JPEG is read to its end, at an eighth of its size
        small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        small.thumbnail(TRIAL)
        for name in SHOWN:
            shown = small.convert("RGB") if name == "JPEG" else small
            shown.save(BytesIO(), name)


def clean_jpeg(content: bytes) -> bytes:
    """Return the first picture of a JPEG: no EXIF, XMP, IPTC, profile, thumbnail or comment, nothing behind its end."""
    kept = [JPEG_START]
    position = 2
    while content[position : position + 2] != JPEG_END:
        if content[position + 1] == 0xFF:  # a filling byte
            position += 1
            continue
        end = position + 2 + unpack(">H", content[position + 2 : position + 4])[0]
        marker = content[position + 1]
        if marker == 0xDA:  # the pixels of one scan
            end = end_of_scan(content, end)
        kept.append(kept_segment(marker, content[position:end]))
        position = end
    return b"".join([*kept, JPEG_END])


def end_of_scan(content: bytes, start: int) -> int:
    found = MARKER.search(content, start)
    if found is None:
        raise refusal("damaged")
    return found.start()


def kept_segment(marker: int, segment: bytes) -> bytes:
    """Return what stays of a segment: of APP0 its head without thumbnail, of the others only Adobe's colour transform."""
    if marker == 0xE0 and segment[4:9] == b"JFIF\0":
        return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0"
    says_more_than_pixels = marker == 0xFE or (0xE0 <= marker <= 0xEF and marker != 0xEE)
    return b"" if says_more_than_pixels else segment


def clean_png(content: bytes) -> bytes:
    """Return the still picture of a PNG: no text, date, EXIF, profile or further frames, nothing behind its end."""
    kept, name, position = [PNG_START], b"", len(PNG_START)
    while name != b"IEND":
        length, name = unpack(">I4s", content[position : position + 8])
        end = position + 12 + length
        if name in PNG_KEPT:
            kept.append(content[position:end])
        position = end
    return b"".join(kept)


def author_of(picture: ImageFile, exif: Picture.Exif) -> str:
    """Return who took the picture, as its EXIF, IPTC or text says; empty if nothing legible does."""
    iptc = IptcImagePlugin.getiptcinfo(picture) or {}
    found = (
        exif.get(ARTIST), iptc.get(BYLINE), picture.info.get("Author"),
        exif.get(COPYRIGHT), iptc.get(NOTICE), picture.info.get("Copyright"),
    )  # fmt: skip
    return next(filter(None, map(as_name, found)), "")


def as_name(value: Any) -> str:
    """Return a name in one line of printable characters. Metadata does not say its encoding: it is UTF-8 or Latin-1."""
    first = value[0] if isinstance(value, list | tuple) and value else value
    raw = first.encode("latin-1", "ignore") if isinstance(first, str) else first
    if not isinstance(raw, bytes):
        return ""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return SIGN.sub("", " ".join(printable.split()))[:LONGEST_NAME].strip()


def taken_at(exif: Picture.Exif) -> datetime | None:
    """Return when the picture was taken. A camera that names no offset is on the site's own time."""
    try:
        said = exif.get_ifd(TAKEN_PART)
        moment = datetime.strptime(legible(said.get(TAKEN)), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 -- zone below
    except Exception:  # noqa: BLE001 -- Pillow raises almost anything, see damage_refused
        return None
    if moment.year not in YEARS:
        return None
    fraction = legible(said.get(TAKEN_FRACTION))
    if fraction.isdecimal():
        moment += timedelta(seconds=float(f"0.{fraction}"))
    return make_aware(moment, zone_of(legible(said.get(TAKEN_OFFSET))))


def zone_of(offset: str) -> timezone | None:
    """Return the zone of « +02:00 », or None, which is the site's."""
    found = OFFSET.fullmatch(offset)
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    distance = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-distance if sign == "-" else distance)


def legible(value: Any) -> str:
    return value.strip("\0 ") if isinstance(value, str) else ""
