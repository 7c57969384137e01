"""Refusals of the page import: line and reason, nothing written of a bad file, other files imported."""

from pathlib import Path

import pytest
from PIL import Image
from wagtail.models import Page

from home.models import NewsPage, SiteDocument, SiteImage, Theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_site")]


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
    "hour of a session that comes twice": (
        (
            "---\ntitle: a\ntype: event\nstart: 2030-10-27\nsessions:\n"
            '  - {title: b, start: "02:30"}\n---\n'
        ),
        "6: sessions.start: 02:30 does not tell one moment of that night",
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
        "5: 'media/faux.jpg' cannot be read as a picture",
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
def test_a_bad_file_is_refused_with_its_line_and_the_others_are_imported(
    folder, tmp_path_factory, name
):
    text, reason = REFUSALS[name]
    outside = tmp_path_factory.mktemp("ailleurs") / "a.jpg"
    Image.new("RGB", (6, 4)).save(outside)
    (folder.path / "media" / "lien.jpg").symlink_to(outside)
    (folder.path / "media" / "faux.jpg").write_text("une image")
    folder.document("faux.pdf", b"<html><script>")
    folder.document("vrai.pdf")
    (folder.path / "bad.md").write_text(text, encoding="utf-8")
    folder.write("good", "type: article\n")
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


def test_of_two_files_with_the_same_url_the_first_is_kept(folder):
    folder.write("a", "type: article\nslug: pareil\n")
    folder.write("b", "type: recap\nslug: pareil\n")
    folder.write("c", "type: page\nslug: pareil\n")

    assert folder.run() == (
        ["created /actualites/pareil/", "created /pareil/"],
        ["b.md:4: slug: pareil is already the address of a.md"],
    )


def test_a_file_that_refers_to_a_refused_one_is_refused_too(folder):
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


def test_nothing_remains_of_a_page_that_could_not_be_written(
    folder, settings, django_capture_on_commit_callbacks
):
    folder.picture("a.jpg", color="blue")
    folder.write(
        "a",
        "type: event\nstart: 2030-05-01\nonline_url: https://-non-.fr/\nthemes: [neuf]\n"
        "gallery: [{file: media/a.jpg, alt: Une place}]\n",
    )
    pages, stored = Page.objects.count(), files_under(settings.DATA_DIR)

    with django_capture_on_commit_callbacks(execute=True):
        said, refused = folder.run()

    assert (said, [line.split(": ")[:2] for line in refused]) == ([], [["a.md:5", "online_url"]])
    assert (Page.objects.count(), SiteImage.objects.count(), Theme.objects.count()) == (pages, 0, 0)
    assert files_under(settings.DATA_DIR) == stored


def files_under(folder: Path) -> set[Path]:
    return {path for name in ("media", "private") for path in (folder / name).rglob("*.*")}
