"""Files become pages, whole or not at all, in any order, once."""

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from wagtail.models import Page, Revision

from events.models import EventPage, RecapPage
from home.importing.body import BodyReader
from home.models import NewsPage, ResourcePage, SiteDocument, SiteImage, StandardPage, Theme
from site_cms.site_tree import PRIVATE_COLLECTION, ensure_site
from tests.builders import make_invitation, make_member

pytestmark = pytest.mark.django_db

GPS = {0x8825: {1: "N", 2: (50.0, 37.0, 0.0), 3: "E", 4: (3.0, 3.0, 0.0)}}


class Folder:
    """Pages to import, written in a folder of the test's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "media").mkdir()

    def write(self, name: str, header: str, body: str = "Un texte.\n") -> Path:
        file = self.path / f"{name}.md"
        file.write_text(f"---\ntitle: {name}\n{header}---\n\n{body}", encoding="utf-8")
        return file

    def picture(self, name: str, *, orientation: int = 1, color: str = "red") -> None:
        image = Image.new("RGB", (60, 40), color)
        exif = image.getexif()
        exif[0x0112] = orientation
        exif[0x010F] = "Appareil secret"
        exif.get_ifd(0x8825).update(GPS[0x8825])
        image.save(self.path / "media" / name, exif=exif)

    def document(self, name: str, content: bytes = b"%PDF-1.4\nun document") -> None:
        (self.path / "media" / name).write_bytes(content)

    def run(self, *options: str, paths: list[Path] | None = None) -> tuple[list[str], list[str]]:
        """The outcomes and the refusals, without the folder's name."""
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("import_pages", *(paths or [self.path]), *options, stdout=out, stderr=err)
            self.code = 0
        except CommandError as error:
            self.code = error.returncode
        said = [line.split("] ")[1].split(f" {self.path}")[0] for line in lines(out)]
        return said, [line.removeprefix(f"{self.path}/") for line in lines(err)]


def lines(stream: io.StringIO) -> list[str]:
    return stream.getvalue().splitlines()


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def test_each_type_has_its_place(folder):
    for kind in ("article", "resource", "page", "recap"):
        folder.write(kind, f"type: {kind}\n")
    folder.write("event", "type: event\nstart: 2030-05-01T09:30\n")

    outcome = folder.run()

    assert outcome == (
        [
            "created /actualites/article/",
            "created /agenda/event/",
            "created /page/",
            "created /actualites/recap/",
            "created /ressources/resource/",
        ],
        [],
    )


def test_a_page_has_the_dates_and_themes_of_its_header(folder):
    folder.write(
        "a",
        "type: article\npublished: 2023-03-02\nupdated: 2023-05-11\nthemes: [Coopération, élus]\n",
    )

    folder.run()

    page = NewsPage.objects.get()
    assert (
        f"{page.first_published_at:%Y-%m-%d %H:%M}",
        f"{page.updated_on:%Y-%m-%d}",
        [link.theme.name for link in page.page_themes.all()],
        page.live,
        page.has_unpublished_changes,
    ) == ("2023-03-01 23:00", "2023-05-11", ["Coopération", "élus"], True, False)


def test_the_first_paragraph_is_the_lead_when_the_header_has_none(folder):
    folder.write("a", "type: article\n", "Un **début**.\n\nUne suite.\n")
    folder.write("b", "type: article\nlead: Un chapô.\n", "Un début.\n")
    folder.write("c", "type: article\nlead: Un début.\n", "Un début.\n\nUne suite.\n")
    folder.write("d", "type: article\n", "## Titre\n\nUn début.\n")

    folder.run()

    pages = NewsPage.objects.order_by("title")
    assert [(page.lead, [block.block_type for block in page.body]) for page in pages] == [
        ("<p>Un <b>début</b>.</p>", ["paragraph"]),
        ("<p>Un chapô.</p>", ["paragraph"]),
        ("<p>Un début.</p>", ["paragraph"]),
        ("", ["heading", "paragraph"]),
    ]


def test_importing_twice_changes_nothing(folder):
    folder.picture("a.jpg")
    folder.write("a", "type: article\ngallery: [{file: media/a.jpg, alt: Une place}]\n")
    folder.run()
    before = (Page.objects.count(), Revision.objects.count(), SiteImage.objects.count())

    outcome = folder.run()

    assert outcome == (["unchanged /actualites/a/"], [])
    assert (Page.objects.count(), Revision.objects.count(), SiteImage.objects.count()) == before


def test_update_replaces_the_page_with_a_revision_and_keeps_its_files(folder):
    folder.picture("a.jpg")
    folder.document("a.pdf")
    media = "documents: [{file: media/a.pdf, title: Le plan}]\ngallery: [{file: media/a.jpg, alt: Ici}]\n"
    folder.write("a", f"type: article\n{media}", "Avant.\n")
    folder.run()
    page = NewsPage.objects.get()
    revisions = page.revisions.count()
    folder.write("a", f"type: article\n{media}", "Après.\n\nUne suite.\n")

    outcome = folder.run("--update")

    page = NewsPage.objects.get()
    assert outcome == (["updated /actualites/a/"], [])
    assert (page.lead, page.revisions.count()) == ("<p>Après.</p>", revisions + 1)
    assert (SiteImage.objects.count(), SiteDocument.objects.count()) == (1, 1)


def test_a_dry_run_says_what_would_be_and_writes_nothing(folder):
    folder.document("a.pdf")
    folder.write("a", "type: article\ndocuments: [{file: media/a.pdf}]\n")
    folder.write("b", "type: event\n")
    pages = Page.objects.count()

    outcome = folder.run("--dry-run")

    assert outcome == (["would create article a"], ["b.md:2: an event needs start"])
    assert (folder.code, Page.objects.count(), SiteDocument.objects.count()) == (1, pages, 0)


def test_links_are_resolved_whatever_the_order_of_files(folder):
    folder.write("a-recap", "type: recap\nevent: z-event\nrelated: [y-article]\n")
    folder.write("b-event", "type: event\nstart: 2031-05-01T09:30\nprevious: z-event\n")
    folder.write("y-article", "type: article\nrelated: [a-recap]\n")
    folder.write("z-event", "type: event\nstart: 2030-05-01T09:30\n")

    _said, refused = folder.run()

    event = EventPage.objects.get(slug="z-event")
    recap = RecapPage.objects.get()
    article = NewsPage.objects.get()
    assert refused == []
    assert recap.event == event
    assert EventPage.objects.get(slug="b-event").previous_edition == event
    assert [link.related_id for link in recap.related_pages.all()] == [article.pk]
    assert [link.related_id for link in article.related_pages.all()] == [recap.pk]


def test_links_reach_pages_that_the_site_has_already(folder):
    event = folder.write("event", "type: event\nstart: 2030-05-01T09:30\n")
    recap = folder.write("recap", "type: recap\nevent: event\n")
    folder.run(paths=[event])

    outcome = folder.run(paths=[recap])

    assert outcome == (["created /actualites/recap/"], [])
    assert RecapPage.objects.get().event == EventPage.objects.get()


@pytest.mark.parametrize(("octets", "weight"), [(104_776, "102,32\u00a0ko"), (512, "512\u00a0o")])
def test_an_imported_document_says_its_weight_and_can_be_asked_again(
    folder, client, octets, weight
):
    """members 10."""
    folder.document("a.pdf", b"%PDF-1.4\n".ljust(octets, b"x"))
    folder.write("a", "type: resource\ndocuments: [{file: media/a.pdf, title: Le plan}]\n")
    folder.run()
    document = SiteDocument.objects.get()
    make_invitation(document=document)
    client.force_login(make_member().user)

    page = client.get(ResourcePage.objects.get().url).content.decode()
    invitations = client.get("/membres/invitations/").content.decode()
    etag = client.get(document.url)["ETag"]

    assert f"PDF, {weight}" in page.replace("\u202f", "\u00a0")
    assert f"Poids\u00a0: {weight}" in invitations
    assert len(etag) > 10
    assert client.get(document.url, headers={"If-None-Match": etag}).status_code == 304


RUNNING = [
    "<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<scr<script>ipt>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<p onclick=alert(1)>mot</p>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">mot</a>',
    '<a href="java&#115;cript:alert(1)">mot</a>',
    "[mot](javascript:alert(1))",
    "[mot](<java\tscript:alert(1)>)",
    "[mot](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "![mot](javascript:alert(1))",
    '<iframe src="https://evil.example"></iframe>',
    "<style>body{display:none}</style>",
    "<b style='x' onmouseover=alert(1)>mot</b>",
    "<a\nhref='javascript:alert(1)'>mot</a>",
    '> "><script>alert(1)</script>',
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "- <script>alert(1)</script>",
    "```\n<script>alert(1)</script>\n```",
]


@pytest.mark.parametrize("source", RUNNING)
def test_nothing_that_runs_comes_out_of_an_imported_page(folder, client, source):
    """A41: refused with its line, or left out, in the body and in the lead; read as a browser reads the page."""
    folder.write("corps", "type: page\n", f"Bonjour.\n\n{source}\n\nFin.\n")
    folder.write("chapo", f"type: page\nlead: {json.dumps(source)}\n")

    said, refused = folder.run()

    pages = StandardPage.objects.filter(slug__in=["corps", "chapo"])
    assert len(refused) + len(pages) == 2, (said, refused)
    for page in pages:
        assert RunningMarkup(client.get(page.url).content.decode()).found == []


@pytest.mark.parametrize("source", RUNNING)
def test_nothing_that_runs_is_read_from_a_body_even_where_nobody_refused_it(source):
    """A41: the second gate, behind the refusal of the file."""
    for block in BodyReader(f"Bonjour.\n\n{source}\n\nFin.", 1).read():
        assert RunningMarkup(str(block.value)).found == []


class RunningMarkup(HTMLParser):
    """What a browser would run or load of a page: scripts that are not the site's, handlers, addresses, frames."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        own = (values.get("src") or "").startswith("/static/") or "ld+json" in (
            values.get("type") or ""
        )
        if tag in {"iframe", "object", "embed", "style"} or (tag == "script" and not own):
            self.found.append(self.get_starttag_text() or tag)
        for name, value in attrs:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or address.startswith(
                ("javascript:", "data:text", "vbscript:")
            ):
                self.found.append(f"{tag} {name}={value}")


def test_a_document_goes_where_its_audience_may_have_it(folder):
    folder.document("tous.pdf", b"%PDF-1.4 pour tous")
    folder.document("membres.pdf", b"%PDF-1.4 pour les membres")
    folder.write(
        "a",
        "type: resource\ndocuments:\n"
        "  - {file: media/tous.pdf, title: Pour tous}\n"
        "  - {file: media/membres.pdf, title: Pour les membres, audience: members}\n",
    )

    folder.run()

    page = ResourcePage.objects.get()
    private = SiteDocument.objects.get(collection__name=PRIVATE_COLLECTION)
    assert (page.document.title, page.document.collection.name) == ("Pour tous", "Fichiers publics")
    assert [block.value["document"] for block in page.body] == [private]
    assert (private.file_size, bool(private.file_hash)) == (25, True)


@pytest.mark.parametrize(("orientation", "size"), [(1, (60, 40)), (6, (40, 60))])
def test_a_picture_stands_upright_and_says_nothing_of_its_maker(folder, orientation, size):
    folder.picture("a.jpg", orientation=orientation)
    folder.write("a", "type: article\n", "Un texte.\n\n![Une place](media/a.jpg)\n")

    folder.run()

    image = SiteImage.objects.get()
    rendition = image.renditions.filter(filter_spec__contains="jpeg").first()
    for stored in (image.file, rendition.file):
        content = stored.open("rb").read()
        assert (b"Appareil" in content, 0x8825 in Image.open(io.BytesIO(content)).getexif()) == (
            False,
            False,
        )
    assert (rendition.width, rendition.height) == size


def test_renditions_are_made_before_anyone_asks(folder):
    folder.picture("a.jpg")
    folder.write("a", "type: article\ngallery: [{file: media/a.jpg, alt: Une place}]\n")

    folder.run()

    specs = SiteImage.objects.get().renditions.order_by("filter_spec")
    assert [spec.filter_spec for spec in specs] == [
        "width-320|format-avif",
        "width-320|format-jpeg",
        "width-320|format-webp",
    ]


REFUSALS = {
    "no header": ("Bonjour\n", "1: broken header: the first line must be ---"),
    "no end": ("---\ntitle: a\n", "1: broken header: no line --- ends it"),
    "empty": ("", "1: broken header: the first line must be ---"),
    "unknown type": (
        "---\ntitle: a\ntype: blog\n---\n",
        "3: type: 'blog' is none of article, resource, page, event, recap",
    ),
    "no type": ("---\ntitle: a\n---\n", "2: type is missing"),
    "no title": ("---\ntype: page\n---\n", "2: title is missing"),
    "no start": ("---\ntitle: a\ntype: event\n---\n", "2: an event needs start"),
    "end before start": (
        "---\ntitle: a\ntype: event\nstart: 2030-05-02T10:00\nend: 2030-05-02T09:00\n---\n",
        "5: end: the event ends before it starts",
    ),
    "last day before first": (
        "---\ntitle: a\ntype: event\nstart: 2030-05-02\nend: 2030-05-01\n---\n",
        "5: end: the event ends before it starts",
    ),
    "deadline after": (
        "---\ntitle: a\ntype: event\nstart: 2030-05-02\nregistration:\n  deadline: 2030-06-01\n---\n",
        "6: registration.deadline: the deadline comes after the event",
    ),
    "session": (
        (
            "---\ntitle: a\ntype: event\nstart: 2030-05-02\nsessions:\n"
            '  - {title: b, start: "10:00", end: "9:00"}\n---\n'
        ),
        "6: sessions.end: the session ends before it starts",
    ),
    "capacity": (
        "---\ntitle: a\ntype: event\nstart: 2030-05-02\nregistration:\n  capacity: -1\n---\n",
        "6: registration.capacity: '-1' is not a number of 1 or more; without a limit, leave it out",
    ),
    "capacity of a session": (
        "---\ntitle: a\ntype: event\nstart: 2030-05-02\nsessions:\n  - {title: b, capacity: 0}\n---\n",
        "6: sessions.capacity: '0' is not a number of 1 or more; without a limit, leave it out",
    ),
    "wrong date": (
        "---\ntitle: a\ntype: page\nupdated: hier\n---\n",
        "4: updated: 'hier' is not a date",
    ),
    "unknown event": (
        "---\ntitle: a\ntype: recap\nevent: nulle-part\n---\n",
        "4: event: unknown event 'nulle-part'",
    ),
    "unknown page": (
        "---\ntitle: a\ntype: page\nrelated: [nulle-part]\n---\n",
        "4: related: unknown page 'nulle-part'",
    ),
    "unknown key": ("---\ntitle: a\ntype: page\nstrat: b\n---\n", "4: strat: unknown key"),
    "key of another type": ("---\ntitle: a\ntype: page\nprice: b\n---\n", "4: price: unknown key"),
    "slug": (
        "---\ntitle: a\ntype: page\nslug: Un Deux\n---\n",
        "4: slug: 'Un Deux' is not an address: a-z, 0-9 and - only",
    ),
    "address of the site": (
        "---\ntitle: a\ntype: page\nslug: admin\n---\n",
        "4: slug: /admin/ is an address of the site's own",
    ),
    "address of another page": (
        "---\ntitle: a\ntype: page\nslug: agenda\n---\n",
        "4: slug: agenda is the address of another page (agenda)",
    ),
    "script": (
        "---\ntitle: a\ntype: page\n---\n\nUn\n\n<ScRiPt>deux</script>\n",
        "8: the element script is not allowed",
    ),
    "handler": (
        "---\ntitle: a\ntype: page\n---\n<b onclick=alert(1)>x</b>\n",
        "5: the attribute onclick is not allowed",
    ),
    "javascript": (
        "---\ntitle: a\ntype: page\n---\n[x](JAVASCRIPT&#58;alert)\n",
        "5: addresses that run javascript are not allowed",
    ),
    "script in the lead": (
        "---\ntitle: a\ntype: page\nlead: <script>x</script>\n---\n",
        "4: the element script is not allowed",
    ),
    "NUL": ("---\ntitle: a\ntype: page\n---\na\0b\n", "5: a NUL character"),
    "missing picture": (
        "---\ntitle: a\ntype: page\ngallery:\n  - {file: media/rien.jpg, alt: b}\n---\n",
        "5: 'media/rien.jpg' does not exist",
    ),
    "missing document": (
        "---\ntitle: a\ntype: page\n---\n{{ document: media/rien.pdf }}\n",
        "5: 'media/rien.pdf' does not exist",
    ),
    "picture that is none": (
        "---\ntitle: a\ntype: page\n---\n![b](media/faux.jpg)\n",
        "5: 'media/faux.jpg' can not be read as a picture",
    ),
    "document that is none": (
        "---\ntitle: a\ntype: page\ndocuments: [{file: media/faux.pdf}]\n---\n",
        "4: 'media/faux.pdf' is not what its name says",
    ),
    "undeclared document": (
        "---\ntitle: a\ntype: page\n---\n{{ document: media/vrai.pdf }}\n",
        "5: 'media/vrai.pdf' is not among the documents of the header",
    ),
    "parent folder": (
        "---\ntitle: a\ntype: page\n---\n![b](../a.jpg)\n",
        "5: '../a.jpg' is outside the folder of the file",
    ),
    "absolute": (
        "---\ntitle: a\ntype: page\n---\n![b](/etc/passwd)\n",
        "5: '/etc/passwd' is outside the folder of the file",
    ),
    "symbolic link": (
        "---\ntitle: a\ntype: page\n---\n![b](media/lien.jpg)\n",
        "5: 'media/lien.jpg' is outside the folder of the file",
    ),
    "other site": (
        "---\ntitle: a\ntype: page\n---\n![b](https://e.org/a.jpg)\n",
        "5: 'https://e.org/a.jpg' does not exist",
    ),
    "no gallery": (
        "---\ntitle: a\ntype: page\n---\n{{ galerie }}\n",
        "5: {{ galerie }} without a gallery in the header",
    ),
    "big": (
        f"---\ntitle: a\ntype: page\n---\n{'é' * 500_001}\n",
        "5: body over 1 MB",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_bad_file_is_refused_with_its_line_while_the_others_go_on(folder, tmp_path_factory, name):
    text, reason = REFUSALS[name]
    outside = tmp_path_factory.mktemp("ailleurs") / "a.jpg"
    Image.new("RGB", (6, 4)).save(outside)
    (folder.path / "media" / "lien.jpg").symlink_to(outside)
    (folder.path / "media" / "faux.jpg").write_text("une image")
    folder.document("faux.pdf", b"<html><script>")
    folder.document("vrai.pdf")
    (folder.path / "bad.md").write_text(text, encoding="utf-8")
    folder.write("good", "type: article\n")
    ensure_site()
    pages = Page.objects.count()

    outcome = folder.run()

    assert outcome == (["created /actualites/good/"], [f"bad.md:{reason}"])
    assert (folder.code, Page.objects.count()) == (1, pages + 1)
    assert (SiteImage.objects.count(), SiteDocument.objects.count()) == (0, 0)


def test_a_file_in_another_encoding_is_refused(folder):
    (folder.path / "bad.md").write_bytes("---\ntitle: été\ntype: page\n---\n".encode("latin-1"))

    assert folder.run() == ([], ["bad.md:2: not UTF-8"])


def test_windows_line_ends_and_a_byte_order_mark_are_read(folder):
    text = "\ufeff---\ntitle: a\ntype: article\n---\n\nUn.\n\nDeux.\n".replace("\n", "\r\n")
    (folder.path / "a.md").write_bytes(text.encode())

    folder.run()

    page = NewsPage.objects.get()
    assert (page.title, page.lead, [str(block.value.source) for block in page.body]) == (
        "a",
        "<p>Un.</p>",
        ["<p>Deux.</p>"],
    )


def test_of_two_files_at_one_address_the_first_stays(folder):
    folder.write("a", "type: article\nslug: pareil\n")
    folder.write("b", "type: recap\nslug: pareil\n")
    folder.write("c", "type: page\nslug: pareil\n")

    assert folder.run() == (
        ["created /actualites/pareil/", "created /pareil/"],
        ["b.md:4: slug: pareil is already the address of a.md"],
    )


def test_a_file_that_names_a_refused_one_is_refused_too(folder):
    folder.write("event", "type: event\n")
    folder.write("recap", "type: recap\nevent: event\n")
    folder.write("article", "type: article\nrelated: [recap]\n")

    assert folder.run() == (
        [],
        [
            "event.md:2: an event needs start",
            "recap.md:4: event: unknown event 'event'",
            "article.md:4: related: unknown page 'recap'",
        ],
    )


def test_editions_that_precede_each_other_are_refused(folder):
    folder.write("a", "type: event\nstart: 2030-05-01\nprevious: b\n")
    folder.write("b", "type: event\nstart: 2030-05-01\nprevious: a\n")
    folder.write("c", "type: event\nstart: 2030-05-01\nprevious: c\n")

    assert folder.run() == (
        [],
        [
            "c.md:5: previous: an event is not its own previous edition",
            "a.md:5: previous: editions precede each other",
            "b.md:5: previous: editions precede each other",
        ],
    )


def test_an_event_has_one_recap(folder):
    folder.write("event", "type: event\nstart: 2030-05-01\n")
    folder.write("un", "type: recap\nevent: event\n")
    folder.write("deux", "type: recap\nevent: event\n")

    assert folder.run() == (
        ["created /agenda/event/", "created /actualites/deux/"],
        ["un.md:4: event: deux.md is already the recap of 'event'"],
    )
    assert folder.run()[1] == ["un.md:4: event: this event has its recap already: deux"]


def test_nothing_stays_of_a_page_that_could_not_be_written(
    folder, settings, django_capture_on_commit_callbacks
):
    folder.picture("a.jpg", color="blue")
    folder.write(
        "a",
        "type: event\nstart: 2030-05-01\nonline_url: https://-non-.fr/\nthemes: [neuf]\n"
        "gallery: [{file: media/a.jpg, alt: Une place}]\n",
    )
    ensure_site()
    pages, stored = Page.objects.count(), files_under(settings.DATA_DIR)

    with django_capture_on_commit_callbacks(execute=True):
        said, refused = folder.run()

    assert (said, [line.split(": ")[:2] for line in refused]) == ([], [["a.md:5", "online_url"]])
    assert (Page.objects.count(), SiteImage.objects.count(), Theme.objects.count()) == (pages, 0, 0)
    assert files_under(settings.DATA_DIR) == stored


def files_under(folder: Path) -> set[Path]:
    return {path for name in ("media", "private") for path in (folder / name).rglob("*.*")}
