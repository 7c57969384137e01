"""Import of page files: complete or refused, in any order, idempotent."""

import io
import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from PIL import Image
from wagtail.models import Page, Revision, Site

from events.agenda.labels import when
from events.models import EventPage, RecapPage
from events.models.dates import midnight
from home.access import PRIVATE_COLLECTION
from home.media.image_sizes import specs_for
from home.models import NewsPage, ResourcePage, SiteDocument, SiteImage, StandardPage
from home.page_import.body import BodyReader
from tests.builders import make_invitation, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_site")]


def test_each_type_has_its_parent(folder):
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


def test_a_meeting_of_days_ends_with_its_last_day_without_an_hour(folder):
    folder.write("event", "type: event\nstart: 2024-03-25T14:00\nend: 2024-03-28\n")

    folder.run()

    event = EventPage.objects.get()
    assert when(event) == "Du 25 mars à 14h au 28 mars 2024"
    assert event.ends_at == midnight(date(2024, 3, 29))


def test_an_import_leaves_the_address_of_the_site(folder, settings):
    Site.objects.update(hostname="www.example.org", port=443)
    settings.BASE_URL = "http://localhost:8000"
    folder.write("article", "type: article\n")

    folder.run()

    assert Site.objects.values_list("hostname", "port").get() == ("www.example.org", 443)


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


def test_a_dry_run_prints_the_outcomes_and_writes_nothing(folder):
    folder.document("a.pdf")
    folder.write("a", "type: article\ndocuments: [{file: media/a.pdf}]\n")
    folder.write("b", "type: event\n")
    pages = Page.objects.count()

    outcome = folder.run("--dry-run")

    assert outcome == (["would create article a"], ["b.md:2: an event needs start"])
    assert (folder.code, Page.objects.count(), SiteDocument.objects.count()) == (1, pages, 0)


def test_links_are_resolved_in_any_order_of_files(folder):
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


def test_links_resolve_to_existing_pages(folder):
    event = folder.write("event", "type: event\nstart: 2030-05-01T09:30\n")
    recap = folder.write("recap", "type: recap\nevent: event\n")
    folder.run(paths=[event])

    outcome = folder.run(paths=[recap])

    assert outcome == (["created /actualites/recap/"], [])
    assert RecapPage.objects.get().event == EventPage.objects.get()


@pytest.mark.parametrize(("octets", "weight"), [(104_776, "102,32\u00a0ko"), (512, "512\u00a0o")])
def test_an_imported_document_has_its_size_and_an_etag(folder, client, octets, weight):
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
def test_an_imported_page_has_no_executable_markup(folder, client, source):
    """A41: in the body and the lead, refused with its line or removed. The page is parsed as a browser does."""
    folder.write("corps", "type: page\n", f"Bonjour.\n\n{source}\n\nFin.\n")
    folder.write("chapo", f"type: page\nlead: {json.dumps(source)}\n")

    said, refused = folder.run()

    pages = StandardPage.objects.filter(slug__in=["corps", "chapo"])
    assert len(refused) + len(pages) == 2, (said, refused)
    for page in pages:
        assert RunningMarkup(client.get(page.url).content.decode()).found == []


@pytest.mark.parametrize("source", RUNNING)
def test_the_body_parser_removes_executable_markup_that_was_not_refused(source):
    """A41: second line of defence, after the refusal of the file."""
    for block in BodyReader(f"Bonjour.\n\n{source}\n\nFin.", 1).read():
        assert RunningMarkup(str(block.value)).found == []


class RunningMarkup(HTMLParser):
    """Finds markup that a browser would run or load: foreign scripts, event handlers, executable URLs, frames."""

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


def test_a_document_goes_to_the_collection_of_its_audience(folder):
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
def test_an_image_is_upright_and_has_no_camera_data(folder, orientation, size):
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


def test_renditions_are_created_at_import(folder):
    folder.picture("a.jpg")
    folder.write("a", "type: article\ngallery: [{file: media/a.jpg, alt: Une place}]\n")

    folder.run()

    image = SiteImage.objects.get()
    drawn = set(image.renditions.values_list("filter_spec", flat=True))
    assert drawn == set(specs_for(image))
