import re
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from home.media import documents
from home.media.documents import check_document
from home.media.pdf_check import MOST_MEMORY

SCRIPT = b"<</S/Java#53cript/JS(app.alert(1))>>"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


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
    """Return a PDF with this open action, as programs write it."""
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
def test_a_pdf_that_runs_something_is_refused_wherever_it_is_hidden(action, packed):
    """A30: in an object stream, or with an escaped name."""
    content = pdf_with(action, packed=packed)
    escaped = content.replace(b"/JavaScript", b"/Java#53cript").replace(b"/JS", b"/#4aS")

    for one in (content, escaped):
        with pytest.raises(ValidationError, match="contient un programme"):
            check_document(ContentFile(one, name="a.pdf"))


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    "held",
    [
        b"<</AA <</O <</S/JavaScript/JS(app.alert(1))>> >> >>",
        b"<</OpenAction <</S/L#61unch/F(calc.exe)>> >>",
        b"<</OpenAction <</S/Rendition/J#53(app.alert(1))>> >>",
        b"/JavaScript",
    ],
)
@pytest.mark.parametrize(
    "encryption", [False, pikepdf.Encryption(owner="sésame")], ids=["open", "locked"]
)
def test_a_pdf_that_runs_something_is_refused(held, packed, encryption):
    """A30: also in a file encrypted with an owner password only."""
    pdf, content = pikepdf.new(), BytesIO()
    pdf.Root.Held = pdf.make_indirect(pikepdf.Object.parse(held))
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    pdf.save(content, object_stream_mode=mode, encryption=encryption)

    with pytest.raises(ValidationError, match="contient un programme"):
        check_document(ContentFile(content.getvalue(), name="a.pdf"))


def test_a_program_is_found_in_a_damaged_file():
    """A30: if qpdf cannot read it, its bytes are searched, compressed or not."""
    lost = b"<</S/Java#53cript" + b" ]" * 12
    named = b"<</S/#4cau#6Ech ] ] ]"

    for content in (written(lost), written(packing(named, 6), packed={6: 4}), PDF + b"obj" + lost):
        with pytest.raises(ValidationError, match="contient un programme"):
            check_document(ContentFile(content, name="a.pdf"))


def test_a_program_is_found_behind_others_and_far_into_the_file():
    """A30: every object stream is searched."""
    honest = pdf_with({"/S": pikepdf.Name.GoTo, "/D": "debut"}, packed=True)
    content = honest + pdf_with({"/S": pikepdf.Name.Launch, "/F": "calc.exe"}, packed=True)

    with pytest.raises(ValidationError, match="contient un programme"):
        check_document(ContentFile(content, name="a.pdf"))


@pytest.mark.parametrize("unit", [b"stream\n", b"/Type/ObjStm ", b">>stream\n", b"#4a", b"/Type "])
def test_a_hostile_pdf_is_checked_in_linear_time(unit):
    """A32, of a document: unterminated structures once made the check of 2 MB take hours."""
    check_document(ContentFile(b"%PDF-1.4\n" + unit * (2_000_000 // len(unit)), name="a.pdf"))


def written(*objects: bytes, packed: dict[int, int] | None = None) -> bytes:
    """Return a PDF of one page with these objects, numbered from 4. `packed` maps objects to their object streams."""
    page = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
    ]
    content, rows = bytearray(b"%PDF-1.7\n"), [b"\0" * 6]
    for number, one in enumerate([*page, *objects], start=1):
        rows.append(b"\1" + len(content).to_bytes(4) + b"\0")
        content += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    last, start = len(rows), len(content)
    rows.append(b"\1" + start.to_bytes(4) + b"\0")
    rows += [b"\2" + stream.to_bytes(4) + b"\0" for _, stream in sorted((packed or {}).items())]
    head = b"/Type/XRef/Root 1 0 R/Size %d/W[1 4 1]" % len(rows)
    content += b"%d 0 obj\n%b\nendobj\n" % (last, stream_of(b"".join(rows), head))
    return bytes(content + b"startxref\n%d\n%%%%EOF\n" % start)


def stream_of(data: bytes, head: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (head, len(data), data)


def packing(text: bytes, number: int, *, times: int = 1) -> bytes:
    """Return an object stream with this object, deflated this many times."""
    data = b"%d 0 " % number + text
    for _ in range(times):
        data = zlib.compress(data)
    head = b"/Type/ObjStm/N 1/First %d/Filter[%b]" % (len(str(number)) + 3, b"/FlateDecode" * times)
    return stream_of(data, head)


@pytest.fixture
def peak(tmp_path, monkeypatch) -> Callable[[], int]:
    """A function that returns the peak memory of the check, in bytes."""
    check, told = tmp_path / "check.py", tmp_path / "told"
    check.write_text(
        f"import pathlib, runpy; runpy.run_path({str(documents.PDF_CHECK)!r}, run_name='__main__');"
        f"pathlib.Path({str(told)!r}).write_bytes(pathlib.Path('/proc/self/status').read_bytes())"
    )
    monkeypatch.setattr(documents, "PDF_CHECK", check)
    return lambda: int(re.search(r"VmPeak:\s+(\d+) kB", told.read_text())[1]) * 1024


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            lambda: written(*[packing(b"1", 10_006)] * 10_001, packed={10_006: 4}),
            id="many streams",
        ),
        pytest.param(
            lambda: written(*[packing(b" " * 30_000_000 + b"1", 7)] * 2, packed={7: 4}),
            id="much in two streams",
        ),
        pytest.param(
            lambda: written(packing(b" " * 80_000_000 + SCRIPT, 6), packed={6: 4}),
            id="a script behind much",
        ),
        pytest.param(
            lambda: written(packing(b" " * 80_000_000 + SCRIPT, 6, times=3), packed={6: 4}),
            id="the same in three wrappings",
        ),
        pytest.param(
            lambda: written(
                packing(b"[" + b"<</A 1>>" * 3_000_000 + SCRIPT + b"]", 6), packed={6: 4}
            ),
            id="objects that take more memory than their text",
        ),
        pytest.param(lambda: written(b"[" * 600 + SCRIPT + b"]" * 600), id="a script deep down"),
        pytest.param(lambda: written(b"[" * 1_000_000), id="deeper than any stack"),
        pytest.param(
            lambda: written(*[b"<</P 1/K[1 2 3 4 5 6 7 8]>>"] * 300_000), id="many objects"
        ),
    ],
)
def test_a_pdf_with_too_much_content_is_refused_with_a_message(content, peak):
    """A32, of a document: whatever memory qpdf would need."""
    with pytest.raises(ValidationError, match="trop d’objets pour être vérifié"):
        check_document(ContentFile(content(), name="a.pdf"))

    assert peak() <= MOST_MEMORY


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: written(*[b"<</A [1 2 3]>>"] * 100_000), id="many objects"),
        pytest.param(lambda: written(b"[" * 400 + b"]" * 400), id="deep"),
        pytest.param(lambda: written(b"<</A 4 0 R/B[5 0 R]>>", b"<</A 4 0 R>>"), id="a circle"),
        pytest.param(
            lambda: written(b"<</Length 4 0 R>>stream\nx\nendstream"), id="its own length"
        ),
        pytest.param(lambda: written(b"1", packed={6: 6, 7: 6}), id="packed in itself"),
    ],
)
def test_a_large_or_circular_pdf_is_checked_completely(content):
    check_document(ContentFile(content(), name="a.pdf"))


@pytest.mark.parametrize(
    "script", ["import os; os.kill(os.getpid(), 11)", "import time; time.sleep(9)", "1 / 0"]
)
def test_a_pdf_whose_check_crashes_is_refused(script, tmp_path, monkeypatch):
    """A crash of the parser neither affects the site nor lets a file pass."""
    check = tmp_path / "check.py"
    check.write_text(script)
    monkeypatch.setattr(documents, "PDF_CHECK", check)
    monkeypatch.setattr(documents, "PATIENCE", 1)

    with pytest.raises(ValidationError, match="trop d’objets pour être vérifié"):
        check_document(ContentFile(PDF, name="a.pdf"))


def test_a_pdf_with_a_password_is_refused_with_a_message():
    pdf, content = pikepdf.new(), BytesIO()
    pdf.save(content, encryption=pikepdf.Encryption(user="sésame", owner="sésame"))

    with pytest.raises(ValidationError, match="demande un mot de passe"):
        check_document(ContentFile(content.getvalue(), name="a.pdf"))


def test_a_truncated_pdf_is_refused_with_a_message():
    content = pdf_with({"/S": pikepdf.Name.GoTo, "/D": "debut"}, packed=True)

    with pytest.raises(ValidationError, match="abîmé"):
        check_document(ContentFile(content[: len(content) // 2], name="a.pdf"))


@pytest.mark.parametrize("text", ["/JavaScript /JS (1) \\", "un (/Launch) dans ( une )) /XFA "])
def test_a_pdf_may_mention_programs_in_its_text(text):
    pdf, content = pikepdf.new(), BytesIO()
    pdf.add_blank_page().Contents = pdf.make_stream(f"% {text}".encode())
    pdf.docinfo.Title = pikepdf.String(text)
    pdf.save(content, compress_streams=False)

    check_document(ContentFile(content.getvalue(), name="a.pdf"))


@pytest.mark.parametrize("packed", [True, False])
def test_a_pdf_that_encloses_a_file_is_accepted(packed):
    """Electronic invoices and hybrid files of office programs do; nothing of it runs by itself."""
    pdf, content = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.attachments["facture.xml"] = b"<facture/>"
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    pdf.save(content, object_stream_mode=mode)

    check_document(ContentFile(content.getvalue(), name="a.pdf"))


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
def test_a_valid_file_is_accepted(name, content):
    check_document(ContentFile(content, name=name))
