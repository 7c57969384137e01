"""Pictures as people have them, sound and damaged: the content of each file, by what is special about it."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

register_heif_opener()

ARTIST, ORIENTATION, GPS = 0x013B, 0x0112, 0x8825
TAKEN_PART, TAKEN, TAKEN_OFFSET, TAKEN_FRACTION = 0x8769, 0x9003, 0x9011, 0x9291
SIZE = (120, 90)
FILM = b"\0\0\0\x18ftypmp42 the film of a telephone, with its place: 50.37N"


def encoded(picture: Image.Image, fmt: str, **options: Any) -> bytes:
    content = BytesIO()
    picture.save(content, fmt, **options)
    return content.getvalue()


def scene(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture with a red upper left corner, enough of a pattern to fill several blocks of a file."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return picture.convert(mode)


def exif(orientation: int = 1, artist: str = "", taken: dict[int, Any] | None = None) -> Image.Exif:
    told = Image.Exif()
    told[ORIENTATION] = orientation
    if artist:
        told[ARTIST] = artist
    told.get_ifd(TAKEN_PART).update(taken or {})
    told.get_ifd(GPS).update({1: "N", 2: (50.0, 37.0, 0.0)})
    return told


def photo(
    fmt: str = "JPEG",
    *,
    orientation: int = 1,
    artist: str = "",
    taken: dict[int, Any] | None = None,
    **options: Any,
) -> bytes:
    return encoded(scene(), fmt, exif=exif(orientation, artist, taken), **options)


def transparent(mode: str) -> Image.Image:
    picture = scene("RGBA")
    picture.putalpha(120)
    return picture.convert(mode)


def wide_gamut() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def animated(fmt: str) -> bytes:
    return encoded(scene(), fmt, save_all=True, append_images=[scene().rotate(180)] * 2)


SOUND = {
    "16 bits.png": encoded(Image.new("I;16", SIZE, 30_000), "PNG"),
    "black and white.png": encoded(scene("1"), "PNG"),
    "grey.png": encoded(scene("L"), "PNG"),
    "grey and transparent.png": encoded(transparent("LA"), "PNG"),
    "palette.png": encoded(scene("P"), "PNG"),
    "palette and transparent.png": encoded(scene("P"), "PNG", transparency=bytes([0, 90, 255])),
    "transparent.png": encoded(transparent("RGBA"), "PNG"),
    "palette and transparent.gif": encoded(scene("P"), "GIF", transparency=0),
    "animated.gif": animated("GIF"),
    "animated.webp": animated("WEBP"),
    "animated.png": animated("PNG"),
    "transparent.webp": encoded(transparent("RGBA"), "WEBP"),
    "transparent.avif": encoded(transparent("RGBA"), "AVIF"),
    "print.jpg": encoded(scene("CMYK"), "JPEG"),
    "grey.jpg": encoded(scene("L"), "JPEG"),
    "progressive.jpg": photo(progressive=True),
    "two in one.jpg": encoded(scene(), "MPO", save_all=True, append_images=[scene()]),
    "followed by a film.jpg": photo() + FILM,
    "damaged profile.jpg": encoded(scene(), "JPEG", icc_profile=b"nothing"),
    "profile of another kind.jpg": encoded(scene(), "JPEG", icc_profile=wide_gamut()),
    "damaged metadata.jpg": encoded(scene(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" * 2),
    "telephone.heic": photo("HEIF"),
    "telephone.heif": photo("HEIF"),
    "telephone.jpg": photo("HEIF"),
    "telephone.avif": photo("AVIF"),
    "animated.avif": animated("AVIF"),
    "named like another.png": photo(),
    "one pixel.png": encoded(Image.new("RGB", (1, 1)), "PNG"),
}


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


DAMAGED = {
    "cut.jpg": cut(photo()),
    "cut near the end.jpg": photo()[:-2],
    "head only.jpg": photo()[:30],
    "cut.png": cut(encoded(scene(), "PNG")),
    "without end.png": encoded(scene(), "PNG")[:-12],
    "cut.gif": cut(encoded(scene("P"), "GIF")),
    "cut.webp": cut(encoded(scene(), "WEBP", lossless=True)),
    "cut.avif": cut(photo("AVIF")),
    "cut.heic": cut(photo("HEIF")),
}
REFUSED = {
    "page.jpg": (b"<html>", "n’est pas une image que le site sait lire"),
    "scan.jpg": (encoded(scene(), "TIFF"), "n’est pas une image que le site sait lire"),
    "paint.png": (encoded(scene(), "BMP"), "n’est pas une image que le site sait lire"),
    "drawing.png": (b"<svg/>", "n’est pas une image que le site sait lire"),
    "hair.png": (encoded(Image.new("1", (1, 900)), "PNG"), "trop étroite ou trop longue"),
    "scroll.png": (encoded(Image.new("1", (400, 17_000)), "PNG"), "trop étroite ou trop longue"),
}
