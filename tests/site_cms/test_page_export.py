"""Export of the site and its import into an empty one: nothing is lost, nothing private becomes public."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file_jpeg
from wagtail.models import Collection, Page, PageViewRestriction, Revision

from events.models import EventPage, Question, RecapPage, Session
from events.models.event import EventAttachment
from home.access import MEMBERS_GROUP, PRIVATE_COLLECTION
from home.models import (
    HomePage,
    NewsPage,
    RelatedPage,
    SiteDocument,
    SiteImage,
    SiteSettings,
    StandardPage,
    Theme,
)
from home.page_folders import tree
from home.page_folders.export import Export
from site_cms.site_tree import ensure_private_collection, ensure_site
from tests.builders import NOW, make_document, make_event, make_image, make_member, make_news

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_site")]


def export(folder: Path, *options: str) -> dict[str, bytes]:
    """Export into a new folder and return its files."""
    call_command("export_pages", folder, *options, stdout=io.StringIO(), stderr=io.StringIO())
    return files_of(folder)


def files_of(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def restore(folder: Path, *options: str) -> str:
    """Import a folder and return what was said."""
    said = io.StringIO()
    try:
        call_command("import_pages", folder, *options, stdout=said, stderr=said)
    except CommandError as refused:
        said.write(str(refused))
    return said.getvalue()


def outcomes(said: str) -> set[str]:
    return {line.split("] ")[1].split(" /")[0] for line in said.splitlines()}


def empty_the_site() -> None:
    """Leave the database as `release` makes it."""
    Redirect.objects.all().delete()
    Page.get_first_root_node().get_children().delete()
    for document in SiteDocument.objects.all():
        document.file.storage.delete(document.file.name)
    for model in (SiteImage, SiteDocument, Theme, Revision, SiteSettings):
        model.objects.all().delete()
    Collection.objects.filter(depth__gt=1).delete()
    ensure_site()


def make_small_image(**fields: str) -> SiteImage:
    """Create an image of which few renditions are drawn, quickly."""
    return make_image(file=get_test_image_file_jpeg(size=(12, 8)), **fields)


def body_of_every_kind(page: Page, image: SiteImage, document: SiteDocument) -> list[dict]:
    """Return blocks with and without a Markdown form, and texts that Markdown could take for something else."""
    link = f'<a id="{page.pk}" linktype="page">la rencontre</a>'
    file = f'<a linktype="document" id="{document.pk}">le programme</a>'
    described = {"image": image.pk, "alt_text": "Une [salle] pleine", "decorative": False}
    decorative = {"image": image.pk, "alt_text": "", "decorative": True}
    return [
        {"type": kind, "value": value, "id": None}
        for kind, value in [
            ("paragraph", f'<p data-block-key="a1">Voir {link} et {file}.</p>'),
            ("paragraph", "<p>NB : rien n’est « deviné » ici * ni _là_.</p>"),
            (
                "paragraph",
                "<p>Un.</p><p>Deux &amp; <b>trois</b>&#x27;.</p><ul><li>Quatre</li></ul>",
            ),
            ("paragraph", "<p><b> espaces </b> et <i>autres</i>  </p>"),
            ("paragraph", "<p># pas un titre</p>"),
            ("paragraph", "<p>1. pas une liste<br/>- non plus</p>"),
            ("paragraph", '<p><a id="999999" linktype="page">page partie</a></p>'),
            ("list", "<ul><li>Un<ul><li>Un bis</li></ul></li><li>Deux</li></ul>"),
            ("list", "<ol><li>Premier</li><li>Deuxième</li></ol>"),
            ("heading", {"text": "Titre | de *partie*", "level": "3", "anchor": ""}),
            ("heading", {"text": "Avec ancre", "level": "2", "anchor": "ancre"}),
            ("highlight", "<p>Une phrase.</p>"),
            ("quote", {"text": "<p>Des mots.</p>", "author": "Camille Roux", "role": "élue"}),
            ("image", {"image": described, "caption": 'Une "légende"', "credit": ""}),
            ("image", {"image": decorative, "caption": "", "credit": "Une autrice"}),
            ("download", {"document": document.pk, "title": ""}),
            ("related", {"title": "", "pages": [{"type": "item", "id": "x", "value": page.pk}]}),
            (
                "gallery",
                {
                    "title": "Images",
                    "pictures": [
                        {"image": described, "caption": "", "credit": "", "people": "accord"},
                        {"image": described, "caption": "", "credit": "", "people": "a-verifier"},
                    ],
                },
            ),
            (
                "table",
                {
                    "caption": "",
                    "columns": [{"type": "text", "heading": "Quand"}],
                    "rows": [{"values": ["<p>Mars | avril</p>"]}],
                },
            ),
            (
                "programme",
                {"title": "", "sessions": [{"title": "Accueil", "start": "09:30:00", "text": ""}]},
            ),
        ]
    ]


def make_private_pages(home: HomePage) -> None:
    """Create a page with a password in front of the others, a page below it, and an alias of that one."""
    private = home.add_child(instance=StandardPage(title="Pour certains", slug="pour-certains"))
    PageViewRestriction.objects.create(page=private, restriction_type="password", password="sésame")
    child = private.add_child(instance=StandardPage(title="Dessous", slug="dessous"))
    child.create_alias(parent=home, update_slug="double")
    private.move(home, pos="first-child")


@pytest.fixture
def rich_site():
    """A site with what an export must not lose."""
    home = HomePage.objects.get()
    image, twin = make_small_image(title="Photo", credit="Elle"), make_small_image(title="La même")
    image.tags.add("salle")
    image.save()
    secret = make_document(collection=ensure_private_collection(), name="liste-secrete.pdf")
    earlier = make_event(title="Première rencontre", slug="premiere")
    morning = Session(title="Matin", starts_at=NOW + timedelta(days=10), text="<p>Texte.</p>")
    event = make_event(
        title="Deuxième rencontre", slug="deuxieme", previous_edition=earlier, sessions=[morning],
        registration_audience="members", capacity=12,
        speakers=[{"type": "speaker", "value": {"name": "Camille Roux"}}],
    )  # fmt: skip
    event.questions = [
        Question(
            label="Un repas ?", field_type="radio", choices="oui\nnon", session_uuid=morning.uuid
        )
    ]
    event.attachments = [EventAttachment(document=secret)]
    event.save()
    theme = Theme.objects.create(name="Budget, au sens large", slug="budget")
    news = make_news(
        title="Tout", slug="tout", themes=[theme], main_image=twin, main_image_alt="Une salle",
        seo_title="Pour les moteurs", noindex=True, updated_on=date(2026, 5, 1), kind="appel",
        body=body_of_every_kind(event, image, secret),
    )  # fmt: skip
    news.related_pages = [RelatedPage(related=event), RelatedPage(related=earlier)]
    news.save_revision().publish()
    recap = RecapPage(title="Récit", slug="recit", event=earlier, attendance=38)
    news.get_parent().add_child(instance=recap)
    news.title = "Tout, en mieux"
    news.save_revision()
    make_private_pages(home)
    draft = news.get_parent().add_child(
        instance=NewsPage(title="À venir", slug="a-venir", live=False)
    )
    draft.save_revision(approved_go_live_at=timezone.now() + timedelta(days=30))
    Redirect.objects.create(old_path="/ancien", redirect_page=event)
    Redirect.objects.create(
        old_path="/parti", redirect_link="https://example.org/", is_permanent=False
    )
    site = SiteSettings.of_network()
    site.contact_email, site.logo = "reseau@example.org", image
    site.save()


def kill_at_page(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the import be killed before it writes that page."""
    write_page, written = tree.TreeImport.write_page, []

    def killed(self, place):
        written.append(place)
        if len(written) == number:
            raise KeyboardInterrupt
        return write_page(self, place)

    monkeypatch.setattr(tree.TreeImport, "write_page", killed)


@pytest.mark.usefixtures("rich_site")
def test_an_export_imported_into_an_empty_site_and_exported_again_is_equal(tmp_path, monkeypatch):
    """desk 21. The first import is killed in the middle: it is run again."""
    first = export(tmp_path / "first")
    empty_the_site()
    kill_at_page(12, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "first")
    monkeypatch.undo()
    halfway = {page.slug for page in NewsPage.objects.live()}

    said = restore(tmp_path / "first")
    second = export(tmp_path / "second")
    again = restore(tmp_path / "first")

    assert {name for name in first if first[name] != second.get(name)} == set()
    assert first == second
    assert halfway == set()
    assert outcomes(said) == {"imported", "unchanged"}
    assert outcomes(again) == {"unchanged"}
    news = NewsPage.objects.get(slug="tout")
    assert (news.title, news.get_latest_revision_as_object().title) == ("Tout", "Tout, en mieux")
    assert Page.objects.get(slug="a-venir").scheduled_revision is not None
    question = EventPage.objects.get(slug="deuxieme").questions.get()
    assert question.session_uuid == Session.objects.get(title="Matin").uuid
    closed = Page.objects.get(slug="pour-certains").view_restrictions.get()
    assert (closed.restriction_type, closed.password) == ("password", "sésame")
    private = SiteDocument.objects.get().collection
    assert (private.name, private.view_restrictions.get().groups.get().name) == (
        PRIVATE_COLLECTION,
        MEMBERS_GROUP,
    )
    assert Page.objects.get(slug="double").alias_of.slug == "dessous"
    assert RecapPage.objects.get().event.slug == "premiere"
    manifest = json.loads(first["MANIFEST.json"])
    assert manifest["counts"] == {
        "redirects": 2, "pages": Page.objects.filter(depth__gt=1).count(), "images": 2, "documents": 1,
    }  # fmt: skip
    assert "members.xlsx" not in first


def test_a_killed_export_leaves_nothing_under_its_name(tmp_path, monkeypatch):
    make_news()

    def killed(self, names):
        raise KeyboardInterrupt

    monkeypatch.setattr(Export, "redirects", killed)
    (tmp_path / ".out.unfinished").mkdir()  # what a killed one leaves
    with pytest.raises(KeyboardInterrupt):
        export(tmp_path / "out")
    left = list(tmp_path.iterdir())
    monkeypatch.undo()

    assert left == []
    assert "MANIFEST.json" in export(tmp_path / "out")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_bad_input_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    (tmp_path / "file").touch()
    refused = {
        ("full",): r"Nothing was exported: .*/full exists and is not an empty folder\.",
        ("file",): r"Nothing was exported: .*/file exists and is not an empty folder\.",
        (
            "absent/below",
        ): r"Nothing was exported: .*below cannot be written: No such file or directory\.",
        ("out", "--since=31/05/2026"): "'31/05/2026' is not a date such as 2026-05-31.",
        ("out", "--since=2026-13-01"): "'2026-13-01' is not a date such as 2026-05-31.",
    }
    for (name, *options), sentence in refused.items():
        with pytest.raises(CommandError, match=sentence):
            export(tmp_path / name, *options)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "full"]


def test_only_what_changed_since_a_day_is_exported_with_its_media(tmp_path):
    image = make_small_image()
    make_small_image(title="Ailleurs")
    old, new = make_news(slug="ancien"), make_news(slug="nouveau", main_image=image)
    Page.objects.update(last_published_at=NOW, latest_revision_created_at=NOW)
    Page.objects.filter(pk=new.pk).update(last_published_at=NOW + timedelta(days=3))

    files = export(tmp_path / "out", "--since=2026-06-03")

    pages = [name for name in files if name.startswith("pages/")]
    assert pages == ["pages/actualites/nouveau/page.md"]
    assert len([name for name in files if name.startswith("media/")]) == 1
    assert {"settings.yaml", "redirects.csv", "members.xlsx"}.isdisjoint(files)
    assert old.slug not in str(files)
    assert restore(tmp_path / "out").splitlines() == ["[1/1] unchanged /actualites/nouveau/"]


def test_members_are_exported_when_it_is_asked_and_can_be_imported(tmp_path):
    make_member(email="elle@example.org", first_name="Odile", last_name="Roux", city="Lens")

    files = export(tmp_path / "out", "--personal")
    said = io.StringIO()
    call_command("import_members", tmp_path / "out" / "members.xlsx", "--dry-run", stdout=said)

    rows = load_workbook(io.BytesIO(files["members.xlsx"])).active.values
    assert list(rows)[1] == ("Odile", "Roux", "elle@example.org", None, None, "Lens", None, None)
    assert all(
        b"elle@example.org" not in content
        for name, content in files.items()
        if name != "members.xlsx"
    )


def test_a_block_of_a_newer_site_is_kept_unseen_and_told(tmp_path, client):
    """desk 22."""
    page = make_news(slug="page", body=[("paragraph", "<p>Avant.</p>")])
    folder = tmp_path / "out"
    export(folder)
    file = folder / "pages" / "actualites" / "page" / "page.md"
    block = "```yaml\nblock: frise\nvalue:\n  années:\n  - 2024\n  - an: 2025\n```\n\n"
    file.write_text(file.read_text() + block)
    written = file.read_bytes()

    said = restore(folder, "--update")
    page.refresh_from_db()
    again = export(tmp_path / "again")

    assert "the block 'frise' is not known here" in said
    assert "page.md: changed since the export, read as it is" in said
    assert [child.block_type for child in page.body] == ["paragraph", "unknown"]
    assert (
        "2024"
        not in client.get(page.url)
        .content.decode()
        .partition("Avant.")[2]
        .partition("</article>")[0]
    )
    assert (
        again["pages/actualites/page/page.md"].partition(b"title:")[2]
        == written.partition(b"title:")[2]
    )


def test_what_is_here_is_left_without_update(tmp_path):
    page = make_news(slug="page", title="Avant")
    page.save_revision().publish()
    export(tmp_path / "out")
    page.title = "Après"
    page.save_revision().publish()

    said = restore(tmp_path / "out")
    left = NewsPage.objects.get().title
    restore(tmp_path / "out", "--update")

    assert "left as it is here /actualites/page/" in said
    assert (left, NewsPage.objects.get().title) == ("Après", "Avant")


REFUSED = [
        ("title: Page", "title: <script>x</script>", "the element script is not allowed"),
        ("format: 1", "format: 2", "format: 1 is expected"),
        ("type: article", "type: frise.Page", "type: 'frise.Page' is not known here"),
        ("type: article", "type: event", "is another page here (article)"),
        ("path: /actualites/page/", "path: ailleurs", "path: an address that begins"),
        ("path: /actualites/page/", "path: /absente/page/", "there is no page /absente/ above it"),
        ("published: 2026", "published: hier 2026", "first_published_at: "),
        ("kind: appel", "privacy: {type: groups}", "privacy: a list is expected"),
        ("kind: appel", "privacy: [{type: tous}]", "privacy: type is none of"),
        ("kind: appel", "kind: &x appel", "anchors and aliases are not read"),
        ("kind: appel", "kind: [", "broken YAML"),
        ("kind: appel", "kind: inconnue", "inconnue"),
        ("kind: appel", "themes: {a: 1}", "page_themes: a list is expected"),
        ("Texte.", "```yaml\nblock: table\nvalue: [1]\n```", "the block 'table' cannot be read"),
        ("Texte.", "```yaml\nblock: gallery\nvalue: 3\n```", "a mapping is expected"),
        ("Texte.", "```yaml\nblock: heading\nvalue:\n  text: [1]\n```", "a text is expected"),
        ("media/", "media/../../", "outside the folder"),
]  # fmt: skip


def test_a_file_that_does_not_hold_what_it_should_is_refused_whole(tmp_path):
    make_news(slug="page", title="Page", kind="appel", body=[("paragraph", "<p>Texte.</p>")])
    make_small_image()
    folder = tmp_path / "out"
    export(folder)
    SiteImage.objects.all().delete()
    page, media = folder / "pages" / "actualites" / "page" / "page.md", folder / "media.yaml"
    before = Page.objects.count(), Revision.objects.count()

    for old, new, sentence in REFUSED:
        file = media if old == "media/" else page
        text = file.read_text()
        file.write_text(text.replace(old, new, 1))
        told: list[str] = []
        run = tree.TreeImport(folder, told.append, told.append, update=True)
        run.read()
        run.places = [place for place in run.places if "page" in place.path]
        run.write()
        file.write_text(text)

        assert (run.refused, [one for one in told if sentence in one] != []) == (1, True), told
        assert (Page.objects.count(), Revision.objects.count()) == before, told
