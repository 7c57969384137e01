"""The door of pictures: what is taken, in which form, and what is refused in words."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, IptcImagePlugin, PngImagePlugin

from home.media.pictures import SHOWN, prepare_picture
from home.models import SiteImage
from tests.home.media.picture_files import (
    ARTIST,
    DAMAGED,
    FILM,
    REFUSED,
    SIZE,
    SOUND,
    TAKEN,
    TAKEN_FRACTION,
    TAKEN_OFFSET,
    encoded,
    photo,
    scene,
)

DAMAGE = "Cette image est abîmée ou incomplète"


def prepared(content, name="photo.jpg"):
    return prepare_picture(ContentFile(content, name=name))


@pytest.mark.parametrize("name", SOUND)
def test_a_picture_is_stored_in_a_form_that_every_page_can_show(name):
    stored = prepared(SOUND[name], name)
    picture = Image.open(stored)

    assert picture.format in {"JPEG", "PNG"}
    assert stored.name.endswith({"JPEG": ".jpg", "PNG": ".png"}[picture.format])
    assert not getattr(picture, "is_animated", False)
    for fmt in ("JPEG", "WEBP", "AVIF"):
        picture.convert("RGBA").convert("RGB").save(BytesIO(), fmt)


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_picture_is_refused_in_words(name):
    with pytest.raises(ValidationError, match=DAMAGE) as refused:
        prepared(DAMAGED[name], name)

    assert refused.value.code == "damaged"


@pytest.mark.parametrize("fmt", SHOWN)
def test_a_picture_that_one_format_cannot_draw_is_refused_when_it_is_sent(monkeypatch, fmt):
    """Whatever comes to be read tomorrow is tried at the door, not by the first page that shows it."""
    content, save = photo(), Image.Image.save

    def fail(self, file, format=None, **options):  # noqa: A002 -- Pillow's name
        if format == fmt:
            raise SystemError("the encoder gave up")
        save(self, file, format, **options)

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(ValidationError, match=DAMAGE):
        prepared(content)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_for_a_page_is_refused_with_its_reason(name):
    content, reason = REFUSED[name]

    with pytest.raises(ValidationError, match=reason):
        prepared(content, name)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_that_lies_down_is_turned_upright(fmt, orientation):
    picture = Image.open(prepared(photo(fmt, orientation=orientation), f"photo.{fmt}"))

    assert picture.size == (SIZE if orientation < 5 else SIZE[::-1])
    corners = {"upper left": (9, 9), "upper right": (picture.width - 9, 9)} | {
        "lower left": (9, picture.height - 9),
        "lower right": (picture.width - 9, picture.height - 9),
    }
    red = [name for name, place in corners.items() if is_red(picture, place)]
    assert red == [
        {1: "upper left", 2: "upper right", 3: "lower right", 4: "lower left"}.get(orientation)
        or {5: "upper left", 6: "upper right", 7: "lower right", 8: "lower left"}[orientation]
    ]


def is_red(picture, place):
    red, green, blue = picture.convert("RGB").getpixel(place)
    return red > 200 and green < 60 and blue < 60


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_nothing_is_left_of_what_the_device_wrote(fmt, orientation):
    picture = Image.open(prepared(photo(fmt, orientation=orientation)))

    assert not picture.getexif()
    assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_text_of_a_png_and_comments_of_a_jpeg_go():
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "chez moi")
    told.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>50.37N</x:xmpmeta>")

    png = prepared(encoded(scene(), "PNG", pnginfo=told)).read()
    jpeg = prepared(encoded(scene(), "JPEG", comment=b"chez moi")).read()

    assert b"chez moi" not in png + jpeg
    assert b"50.37N" not in png


@pytest.mark.parametrize("fmt", ["JPEG", "PNG"])
def test_what_stands_behind_a_picture_goes(fmt):
    """A telephone adds a film of two seconds to a photo, with the place where it was taken."""
    stored = prepared(photo(fmt) + FILM).read()

    assert b"film" not in stored
    assert stored.endswith(b"\xff\xd9" if fmt == "JPEG" else b"IEND\xaeB`\x82")


def test_a_thumbnail_in_the_head_of_a_jpeg_goes():
    content = photo()
    head = b"\xff\xe0" + (16 + 27).to_bytes(2, "big") + b"JFIF\0\x01\x01\0\0\x01\0\x01\x03\x03"
    stored = prepared(content[:2] + head + b"small face " * 2 + b"12345" + content[20:]).read()

    assert b"small face" not in stored


@pytest.mark.parametrize("fmt", ["JPEG", "PNG"])
def test_an_upright_picture_keeps_its_exact_pixels(fmt):
    content = photo(fmt)

    stored = Image.open(prepared(content))

    assert stored.tobytes() == Image.open(BytesIO(content)).tobytes()


def test_sixteen_bits_become_eight():
    picture = Image.open(prepared(SOUND["16 bits.png"], "plan.png"))

    assert (picture.mode, picture.getpixel((0, 0))) == ("L", 30_000 * 255 // 65_535)


def test_sixteen_bits_with_a_transparent_level_keep_their_grey():
    """The level 40,000 is transparent in the file; the others are no whiter than they were."""
    row = (40_000).to_bytes(2, "little") * 30 + (30_000).to_bytes(2, "little") * 30
    drawn = Image.frombytes("I;16", (60, 40), row * 40)
    file = BytesIO()
    drawn.save(file, "PNG", transparency=40_000)

    picture = Image.open(prepared(file.getvalue(), "plan.png"))

    assert (picture.format, picture.mode) == ("PNG", "RGBA")
    assert [picture.getpixel((x, 0)) for x in (0, 59)] == [(155, 155, 155, 0), (116, 116, 116, 255)]


def test_colours_of_another_profile_become_those_of_the_web():
    """Adobe RGB: what it says with 200 of red takes more of it on the web."""
    orange = Image.new("RGB", SIZE, (200, 120, 60))

    stored = Image.open(prepared(encoded(orange, "PNG", icc_profile=ADOBE)))

    assert "icc_profile" not in stored.info
    red, green, blue = stored.getpixel((9, 9))
    assert (red > 215, abs(green - 120) < 8, blue < 60) == (True, True, True)


def icc_profile(primaries, gamma=2.2):
    """Return the smallest ICC profile of a screen with these primaries (XYZ, D50)."""

    def number(value):
        return round(value * 65_536).to_bytes(4, "big", signed=True)

    xyz = [b"XYZ \0\0\0\0" + b"".join(map(number, one)) for one in primaries]
    curve = b"curv\0\0\0\0\0\0\0\x01" + round(gamma * 256).to_bytes(2, "big") + b"\0\0"
    text = b"desc\0\0\0\0\0\0\0\x05Wide\0" + b"\0" * 79
    white = b"XYZ \0\0\0\0" + b"".join(map(number, (0.9642, 1, 0.8249)))
    tags = dict(zip([b"rXYZ", b"gXYZ", b"bXYZ"], xyz, strict=True)) | {
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"wtpt": white, b"desc": text, b"cprt": text,
    }  # fmt: skip
    table, body, place = b"", b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        content += b"\0" * (-len(content) % 4)
        table += name + (place + len(body)).to_bytes(4, "big") + len(content).to_bytes(4, "big")
        body += content
    head = b"\0" * 8 + b"\x02\x10\0\0mntrRGB XYZ " + b"\0" * 12 + b"acsp" + b"\0" * 28
    head += b"".join(map(number, (0.9642, 1, 0.8249))) + b"\0" * 48
    whole = head + len(tags).to_bytes(4, "big") + table + body
    return len(whole).to_bytes(4, "big") + whole[4:]


ADOBE = icc_profile([(0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446)])


@pytest.mark.parametrize("size", [(13_000, 13_000), (8_001, 5_000)])
def test_a_picture_of_too_many_pixels_is_not_decoded(size, unpacked):
    """A31."""
    content = encoded(Image.new("1", size), "PNG")
    unpacked.clear()

    with pytest.raises(ValidationError, match="trop de pixels"):
        prepared(content)

    assert unpacked == []


@pytest.mark.parametrize("fmt", ["JPEG", "WEBP", "HEIF"])
def test_the_author_is_read_before_the_metadata_goes(fmt):
    assert prepared(photo(fmt, artist="(c) Camille  Roux")).author == "Camille Roux"


def test_the_author_of_an_agency_is_read_in_its_own_field():
    record = b"\x1c\x02\x50\x00\x0a\xc3\x89lie Roux"
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record + b"\0"
    content = encoded(scene(), "JPEG")
    segment = b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block
    content = content[:2] + segment + content[2:]
    assert IptcImagePlugin.getiptcinfo(Image.open(BytesIO(content)))

    assert prepared(content).author == "Élie Roux"


def test_an_author_that_cannot_be_read_is_none():
    told = Image.Exif()
    told[ARTIST] = "\0 \x01"

    assert prepared(encoded(scene(), "JPEG", exif=told)).author == ""


@pytest.mark.parametrize("fmt", ["JPEG", "WEBP", "HEIF"])
def test_the_time_of_taking_is_read_before_the_metadata_goes(fmt):
    taken = {TAKEN: "2026:06:12 10:15:30", TAKEN_OFFSET: "+05:00", TAKEN_FRACTION: "25"}

    told = prepared(photo(fmt, taken=taken)).taken_at

    assert told == datetime(2026, 6, 12, 5, 15, 30, 250_000, UTC)


def test_a_camera_that_names_no_offset_is_on_the_time_of_the_site():
    told = prepared(photo(taken={TAKEN: "2026:06:12 10:15:30"})).taken_at

    assert told == datetime(2026, 6, 12, 8, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["", "0000:00:00 00:00:00", "0001:01:01 00:00:00", "hier", b"\xff"]
)
def test_a_time_that_says_nothing_leaves_the_photo_and_the_rest_of_what_it_tells(said):
    taken_nowhere = prepared(photo(artist="Camille Roux", orientation=6, taken={TAKEN: said}))

    assert (taken_nowhere.taken_at, taken_nowhere.author) == (None, "Camille Roux")
    with Image.open(taken_nowhere) as picture:
        assert picture.size == SIZE[::-1]


@pytest.mark.django_db
class TestImage:
    def test_the_time_of_taking_follows_the_file(self):
        taken = ContentFile(photo(taken={TAKEN: "2026:06:12 10:15:30"}), name="a.jpg")
        image = SiteImage.objects.create(title="Photo", file=taken)
        first = image.taken_at

        image.file = ContentFile(photo(), name="b.jpg")
        image.save()

        image.refresh_from_db()
        assert (first, image.taken_at) == (datetime(2026, 6, 12, 8, 15, 30, tzinfo=UTC), None)

    def test_the_credit_is_proposed_where_none_was_typed(self):
        file = ContentFile(photo(artist="Camille Roux"), name="a.jpg")
        typed = SiteImage.objects.create(title="Photo", file=file, credit="La Voix")
        empty = SiteImage.objects.create(title="Photo", file=file)

        assert (typed.credit, empty.credit) == ("La Voix", "Camille Roux")

    def test_its_size_is_that_of_the_upright_picture(self):
        file = ContentFile(photo(orientation=6), name="a.jpg")
        image = SiteImage.objects.create(title="Photo", file=file)

        assert (image.width, image.height) == SIZE[::-1]
        assert image.file_size == image.file.size

    def test_a_damaged_file_is_refused_beside_its_field(self):
        image = SiteImage(title="Photo", file=ContentFile(DAMAGED["cut.jpg"], name="a.jpg"))

        with pytest.raises(ValidationError) as refused:
            image.clean()

        assert DAMAGE in refused.value.message_dict["file"][0]

    def test_a_file_that_comes_later_passes_the_door_too(self):
        """Wagtail gives the file of an upload whose other fields were wrong in this way."""
        image = SiteImage(title="Photo")
        image.file.save("a.jpg", ContentFile(photo(orientation=6) + FILM), save=False)
        image.save()

        with image.open_file() as file:
            assert b"film" not in file.read()
        assert (image.width, image.is_prepared) == (SIZE[1], True)
