import zlib
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image as Picture

from home.media.uploads import check_document, without_location
from home.models import SiteImage

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def photo(fmt: str = "JPEG", size: tuple[int, int] = (40, 30)) -> ContentFile:
    exif = Picture.Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = "Appareil"
    exif.get_ifd(GPS).update({1: "N", 2: (50.0, 37.0, 0.0)})
    content = BytesIO()
    Picture.new("RGB", size, "teal").save(content, fmt, exif=exif)
    return ContentFile(content.getvalue(), name=f"photo.{fmt.lower()}")


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_a_photo_keeps_its_orientation_and_nothing_of_where_and_with_what_it_was_taken(fmt):
    cleaned = Picture.open(without_location(photo(fmt)))

    assert dict(cleaned.getexif()) == {ORIENTATION: 6}
    assert not cleaned.getexif().get_ifd(GPS)
    assert (cleaned.size, cleaned.format) == ((40, 30), fmt)


def test_a_jpeg_keeps_its_pixels_to_the_bit():
    before = photo()

    after = without_location(before)

    assert Picture.open(after).tobytes() == Picture.open(before).tobytes()


def test_a_picture_without_such_data_is_left_alone():
    content = BytesIO()
    Picture.new("RGB", (4, 4)).save(content, "PNG")
    file = ContentFile(content.getvalue(), name="a.png")

    assert without_location(file) is file


@pytest.mark.django_db
def test_an_image_is_cleaned_when_it_is_saved():
    image = SiteImage.objects.create(title="Photo", file=photo())

    with image.open_file() as file:
        stored = Picture.open(file)
        assert dict(stored.getexif()) == {ORIENTATION: 6}
    assert image.file_size == image.file.size


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("a.pdf", b"%PDF-1.4 /JavaScript (app.alert)"),
        ("a.docx", b"PDF"),
        ("a.txt", b"  <html>"),
        ("a.csv", b"a\0b"),
        ("a.svg", b"<svg/>"),
        ("a", b"texte"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name, content):
    """A29, A30, members 49."""
    with pytest.raises(ValidationError):
        check_document(ContentFile(content, name=name))


def pdf_with(action: dict[str, object], *, packed: bool) -> bytes:
    """A PDF as programs write them, which opens with this action."""
    pdf, content = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(action))
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    pdf.save(content, object_stream_mode=mode)
    return content.getvalue()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    "action",
    [
        {"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"},
        {"/S": pikepdf.Name.Rendition, "/JS": "app.alert(1)"},
        {"/S": pikepdf.Name.Launch, "/F": "calc.exe"},
    ],
)
def test_a_pdf_that_runs_something_is_refused_wherever_it_hides(action, packed):
    """A30: the object packed among others, or its name escaped."""
    content = pdf_with(action, packed=packed)
    escaped = content.replace(b"/JavaScript", b"/Java#53cript").replace(b"/JS", b"/#4aS")

    for one in (content, escaped):
        with pytest.raises(ValidationError, match="contient un programme"):
            check_document(ContentFile(one, name="a.pdf"))


def test_a_program_is_found_behind_others_and_far_into_the_file():
    """A30: every stream of objects is looked into, and what a dictionary says stays near its stream."""
    honest = pdf_with({"/S": pikepdf.Name.GoTo, "/D": "debut"}, packed=True)
    content = honest + pdf_with({"/S": pikepdf.Name.Launch, "/F": "calc.exe"}, packed=True)

    with pytest.raises(ValidationError, match="contient un programme"):
        check_document(ContentFile(content, name="a.pdf"))


@pytest.mark.parametrize("unit", [b"stream\n", b"/Type/ObjStm ", b">>stream\n", b"#4a", b"/Type "])
def test_a_pdf_made_to_keep_the_site_busy_is_read_once(unit):
    """A32, of a document: what has a beginning and no end made two megabytes last for hours."""
    check_document(ContentFile(b"%PDF-1.4\n" + unit * (2_000_000 // len(unit)), name="a.pdf"))


@pytest.mark.parametrize(
    "packed",
    [b"x" * 9, zlib.compress(bytes(60_000_000))],
    ids=["of many streams", "of one that unpacks to much"],
)
def test_a_pdf_with_too_much_packed_in_it_is_refused_in_a_sentence(packed):
    """A32, of a document."""
    stream = b"<</Type/ObjStm>>stream\n" + packed + b"\nendstream\n"
    content = b"%PDF-1.4\n" + stream * (10_001 if len(packed) == 9 else 2)

    with pytest.raises(ValidationError, match="trop d’objets pour être vérifié"):
        check_document(ContentFile(content, name="a.pdf"))


def test_a_pdf_that_opens_on_a_page_is_accepted():
    for packed in (True, False):
        content = pdf_with({"/S": pikepdf.Name.GoTo, "/D": "debut"}, packed=packed)
        check_document(ContentFile(content, name="a.pdf"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.zip", b"PK\x03\x04" + b"\0" * 30),
        ("a.csv", "é;b\n".encode()),
        ("A.TXT", b"texte"),
    ],
)
def test_an_honest_file_is_accepted(name, content):
    check_document(ContentFile(content, name=name))
