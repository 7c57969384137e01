"""No English in the back office of an editor: Wagtail's sentences, and every screen that leads on from the first."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext, ngettext, override

# Its labels take the language of the moment when it is imported, and migrations have none.
from wagtail.contrib.redirects import filters  # noqa: F401

from directory.models import User
from home.access import AUTHORS_GROUP, EDITORS_GROUP
from home.mail import outbox
from home.models import NewsPage
from site_cms.site_tree import ensure_site
from tests.builders import NOW, make_document, make_home, make_image, make_news
from tests.english_words import english_in
from tests.site_cms.addresses import make_change, make_public_pages
from tests.site_cms.test_french_catalogue import OURS, catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wagtail_templates")]

#: Hidden from everybody by back_office/desk.css: Wagtail writes it in English.
HIDDEN = '<div class="submit w-sr-only"><input type="submit" value="Search" class="button" /></div>'
SHOWN = ("title", "aria-label", "aria-description", "placeholder", "alt", "label", "summary")
FOLLOWED = (
    "href", "data-url", "action", "data-chooser-url", "hx-get", "src", "data-w-swap-src-value", "data-w-action-url-value",
)  # fmt: skip
#: Of the parts that scripts get as JSON: what nobody reads.
NOT_READ = {"classname", "className", "icon", "icon_name", "_type", "class", "id", "name", "html"}
#: How many screens of one address pattern are asked for.
EACH = 1
WAGTAIL = [
    "wagtail.admin", "wagtail", "wagtail.snippets", "wagtail.images", "wagtail.documents", "wagtail.embeds", "wagtail.users",
    "wagtail.contrib.redirects", "wagtail.contrib.settings", "wagtail.contrib.typed_table_block", "wagtail.search",
    "wagtail.sites", "wagtail_modeladmin",
]  # fmt: skip


class Screen(HTMLParser):
    """The texts that a screen shows, those that its scripts hold, and the addresses that it leads to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.script = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.script = ""
        if tag in ("script", "style"):
            self.script = values.get("type") or tag
        self.texts += [values[name] for name in SHOWN if name in values]
        if tag == "input" and values.get("type") in ("submit", "button"):
            self.texts.append(values.get("value", ""))
        self.links += [values[name] for name in FOLLOWED if name in values]
        for name, value in values.items():
            if name.startswith("data-") and value[:1] in "[{":
                self.read_json(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.script = ""

    def handle_data(self, data: str) -> None:
        if not self.script:
            self.texts.append(data)
        elif self.script == "application/json":
            self.read_json(data)

    def read_json(self, data: str) -> None:
        try:
            found = list(strings_in(json.loads(data)))
        except ValueError:
            return
        for text in found:
            if "<" in text:
                inner = Screen(text)
                self.texts += inner.texts
                self.links += inner.links
            elif re.search(r"\s", text.strip()) or text.istitle():
                self.texts.append(text)
            elif text.startswith("/admin/"):
                self.links.append(text)


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in NOT_READ:
                yield from strings_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings_in(one)


# Wagtail's sentences


def sentences_of(package: str, domain: str) -> Iterator[tuple[str, str]]:
    """Yield each sentence of a package and its plural, if it has one."""
    [folder] = find_spec(package).submodule_search_locations
    source = Path(folder) / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
    for entry in source.read_text().split("\n\n") if source.exists() else ():
        said = {
            key: "".join(map(json.loads, lines.strip().split("\n")))
            for key, lines in re.findall(
                r'^(msgid|msgid_plural) ((?:".*"\n?)+)', entry, re.MULTILINE
            )
        }
        if said.get("msgid"):
            yield said["msgid"], said.get("msgid_plural", "")


@pytest.mark.parametrize("package", WAGTAIL)
def test_every_sentence_of_wagtail_has_french(package):
    with override("fr"):
        left = [
            one
            for one, many in sentences_of(package, "django")
            if (ngettext(one, many, 1) if many else gettext(one)) == one and english_in(one)
        ]

    assert left == []


def test_every_sentence_of_wagtails_scripts_has_french():
    [folder] = find_spec("wagtail.admin").submodule_search_locations
    french = catalogue(Path(folder) / "locale/fr/LC_MESSAGES/djangojs.mo")
    one_by_one = [one for one, many in sentences_of("wagtail.admin", "djangojs") if not many]

    assert len(one_by_one) > 50
    assert [one for one in one_by_one if french.get(one, one) == one and english_in(one)] == []


def test_our_own_sentences_hold_no_english():
    said = catalogue(OURS / "django.mo").values()

    assert [sentence for sentence in said if english_in(sentence)] == []


# Screens


@pytest.fixture(scope="module")
def desk(made_once: Any) -> None:
    made_once(make_desk)


def make_desk() -> None:
    """Make what the screens show: pages in each state, one of them in the workflow, registrations, a change to tell."""
    make_home()
    ensure_site()
    make_public_pages()
    make_image()
    make_document(title="Un document")
    make_change()
    author = User.objects.create_user("redaction@example.org", first_name="Rémi")
    author.groups.add(Group.objects.get(name=AUTHORS_GROUP))
    article = NewsPage.objects.get(slug="article")
    for title in ("Autre titre", "Encore un titre"):
        article.title = title
        article.save_revision(user=author)
    article.get_workflow().start(article, author)
    locked = make_news(title="Sous verrou", slug="sous-verrou")
    NewsPage.objects.filter(pk=locked.pk).update(locked=True, locked_by=author, locked_at=NOW)
    gone = make_news(title="Retirée", slug="retiree")
    gone.save_revision()
    gone.unpublish()
    outbox.put("x@example.org", kind="inscription confirmée", area="events", subject="x", text="x")


@pytest.fixture
def editor(desk: None, client: Client) -> Client:
    user = User.objects.create_user("editrice@example.org", first_name="Agathe")
    user.groups.add(Group.objects.get(name=EDITORS_GROUP))
    client.force_login(user)
    return client


def crawl(client: Client, start: str) -> Iterator[tuple[str, Screen]]:
    """Follow all addresses of the back office from this one, a few of each pattern."""
    asked, seen, waiting = Counter[str](), {start}, [start]
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        asked[route] += 1
        if not route or asked[route] > EACH:
            continue
        screen = read(client, address)
        yield address, screen
        found = [urldefrag(urljoin(address, link))[0] for link in screen.links]
        fresh = [
            one for one in dict.fromkeys(found) if one.startswith("/admin/") and one not in seen
        ]
        seen.update(fresh)
        waiting += fresh


def route_of(address: str) -> str:
    """Return the pattern of an address, empty for none, and for the one that logs out."""
    try:
        route = resolve(urlsplit(address).path).route
    except Resolver404:
        return ""
    return "" if "logout" in route else route


def read(client: Client, address: str) -> Screen:
    response = client.get(address)
    if response.has_header("Location"):
        return Screen(f'<a href="{response["Location"].replace("&", "&amp;")}"></a>')
    kind = response.get("Content-Type", "")
    if response.streaming or not ("html" in kind or "json" in kind):
        return Screen("")
    text = response.text
    if "json" in kind:
        return Screen(f'<script type="application/json">{text}</script>')
    return Screen(text.replace(HIDDEN, ""))


def test_no_screen_of_an_editor_shows_english(editor, caplog):
    """desk 24, the words."""
    caplog.set_level("CRITICAL", logger="django.request")
    english: dict[str, str] = {}
    count = 0
    for address, screen in crawl(editor, "/admin/"):
        count += 1
        for text in screen.texts:
            if english_in(text):
                english.setdefault(" ".join(text.split())[:200], f"{address}: {english_in(text)}")

    assert english == {}
    assert count > 90


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("adresses.xlsx", b"ceci n'est pas un classeur"),
        ("adresses.csv", "de;vers\n/été/;/ete/\n".encode("latin-1")),
        ("adresses.txt", b"de;vers"),
        ("adresses.csv", b"de,vers\n/a/,/b/\n/a/,/c/\n,/d/\n"),
    ],
)
def test_an_import_of_addresses_speaks_french(editor, name, content):
    file = SimpleUploadedFile(name, content)
    page = editor.post(reverse("wagtailredirects:start_import"), {"import_file": file}, follow=True)
    hidden = re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page.text)
    if "import_file_name" in dict(hidden):
        columns = {"from_index": "0", "to_index": "1", "permanent": "on"}
        page = editor.post(reverse("wagtailredirects:process_import"), dict(hidden) | columns)

    assert [text.strip() for text in Screen(page.text).texts if english_in(text)] == []
    assert re.search(r"lisible|supporté|\d erreurs?", page.text)
