"""Import of the network's real pages, if they are next to the repository: blocks as expected, no text lost."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from events.models import EventPage, RecapPage
from home.access import MEMBERS_GROUP

CONTENT = Path(__file__).resolve().parents[3] / "shared" / "content"
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]

#: Expected number of blocks of each type. The first paragraph is the lead, not a block.
BLOCKS = {
    "premiere-rencontre": {"paragraph": 7, "list": 1, "outline": 1, "call_to_action": 2},
    "feuille-de-route": {"paragraph": 8, "heading": 3, "gallery": 1, "call_to_action": 1},
    "deuxieme-journee": {
        "paragraph": 7,
        "heading": 3,
        "list": 2,
        "quote": 2,
        "highlight": 1,
    },
    "deuxieme-journee-evenement": {},
    "voyage-apprenant": {"paragraph": 4, "notice": 2, "outline": 1, "download": 1},
    "role-des-tiers-lieux": {
        "paragraph": 4,
        "practical": 1,
        "call_to_action": 2,
        "notice": 2,
        "programme": 1,
    },
}


def source(name: str) -> tuple[dict[str, Any], str]:
    text = (CONTENT / f"{name}.md").read_text(encoding="utf-8")
    _start, header, body = text.split("---\n", 2)
    return yaml.safe_load(header), body


class Text(HTMLParser):
    """The text of a page's `main` element, alternative texts included."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.inside = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "main"
        if self.inside and tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "main"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.parts.append(data)


def folded(text: str) -> str:
    """Remove spaces, and unify apostrophes."""
    return re.sub(r"\s", "", text.replace("’", "'"))


def said_in(response: Any) -> str:
    assert response.status_code == 200
    return folded("".join(Text(response.content.decode()).parts))


def statements_of(body: str) -> list[str]:
    """Return the plain text of each paragraph, heading and list item of the Markdown."""
    lines = [line for line in body.split("\n") if line.strip() and "{{" not in line]
    return [plain(line) for line in lines]


def plain(line: str) -> str:
    line = re.sub(r"^\s*(?:>+|#+|-)\s*", "", line)
    line = re.sub(r"^\{\w+\}\s*", "", line)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line).replace("*", "")


def in_french(day: Any) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def statements_of_header(header: dict[str, Any]) -> list[str]:
    """Return the public values of the header."""
    said = [header["title"], *header.get("themes", [])]
    said += [header["meal_note"]] if "meal_note" in header else []
    said += list(header.get("venue", {}).values())
    said += [in_french(header["updated"])] if header["type"] == "recap" else []
    said += [str(header["attendance"])] if "attendance" in header else []
    for session in header.get("sessions", []):
        said.append(session["title"])
    for picture in header.get("gallery", []):
        said += [picture["alt"], picture["caption"], picture["credit"]]
    deadline = header.get("registration", {}).get("deadline")
    return said + ([in_french(deadline)] if deadline else [])


@pytest.fixture(scope="module")
def _imported(made_once: Any) -> None:
    if not CONTENT.is_dir():
        pytest.skip(f"not run: no pages in {CONTENT}")
    made_once(lambda: call_command("import_pages", CONTENT))


@pytest.fixture
def pages(_imported: None, db: None):
    def page(name: str) -> EventPage | RecapPage:
        header, _body = source(name)
        model = {"event": EventPage, "recap": RecapPage}[header["type"]]
        return model.objects.get(slug=header["slug"])

    return page


@pytest.fixture
def member(pages: Any) -> Client:
    user = get_user_model().objects.create_user(email="membre-reel@example.org")
    user.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("name", BLOCKS)
def test_a_real_page_becomes_typed_blocks(pages, name):
    assert Counter(block.block_type for block in pages(name).body) == BLOCKS[name]


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_is_in_the_public_page_in_order(pages, name, client):
    _header, body = source(name)

    text = said_in(client.get(pages(name).url))

    position, lost = 0, []
    for statement in statements_of(body):
        found = text.find(folded(statement), position)
        if found < 0:
            lost.append(statement)
        position = max(position, found + len(folded(statement)))
    assert lost == []


@pytest.mark.parametrize("name", BLOCKS)
def test_every_value_of_the_header_is_in_the_public_page(pages, name, client):
    header, _body = source(name)

    text = said_in(client.get(pages(name).url))

    assert [said for said in statements_of_header(header) if folded(said) not in text] == []


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("premiere-rencontre", ["jeudi 28 avril 2022", "14h", "17h"]),
        ("deuxieme-journee-evenement", ["jeudi 13 avril 2023", "9h30", "16h30"]),
        ("role-des-tiers-lieux", ["mardi 9 avril 2024", "9h30", "16h30", "12h30", "14h"]),
        ("voyage-apprenant", ["Du 25 au 28 mars 2024"]),
    ],
)
def test_an_event_shows_its_date_in_french(pages, name, when, client):
    text = said_in(client.get(pages(name).url))

    assert [said for said in when if folded(said).lower() not in text.lower()] == []


def test_the_gallery_has_its_four_images_with_their_texts(pages):
    header, _body = source("feuille-de-route")

    [gallery] = [block for block in pages("feuille-de-route").body if block.block_type == "gallery"]

    assert [
        (
            picture["image"].contextual_alt_text,
            picture["image"].decorative,
            picture["caption"],
            picture["credit"],
        )
        for picture in gallery.value["pictures"]
    ] == [
        (row["alt"], row.get("decorative", False), row["caption"], row["credit"])
        for row in header["gallery"]
    ]


def test_the_two_quotes_have_their_authors(pages):
    quotes = [block.value for block in pages("deuxieme-journee").body.blocks_by_name("quote")]
    _header, body = source("deuxieme-journee")

    assert len(quotes) == 2
    assert all(len(quote["author"].split()) == 2 for quote in quotes)
    assert all(quote["author"] in body for quote in quotes)
    assert quotes[0]["author"] != quotes[1]["author"]


def test_the_programme_has_the_two_sessions_of_the_header(pages):
    header, _body = source("role-des-tiers-lieux")
    page = pages("role-des-tiers-lieux")

    [programme] = page.body.blocks_by_name("programme")

    assert [
        {
            "title": session["title"],
            "start": f"{session['start']:%H:%M}",
            "end": f"{session['end']:%H:%M}",
        }
        for session in programme.value["sessions"]
    ] == header["sessions"]
    assert [session.title for session in page.sessions.all()] == [
        session["title"] for session in header["sessions"]
    ]


def test_the_private_document_is_named_to_members_only(pages, client, member):
    header, _body = source("voyage-apprenant")
    address = pages("voyage-apprenant").url

    public = client.get(address).content.decode()
    private = member.get(address).content.decode()

    title = header["documents"][0]["title"]
    assert [(title in html, "/documents/" in html) for html in (public, private)] == [
        (False, False),
        (True, True),
    ]
    assert "Réservé aux membres du réseau" in public
    assert "PDF,102,32ko" in folded(private)


def test_links_without_target_are_plain_text_to_the_public(pages, client):
    html = client.get(pages("deuxieme-journee").url).content.decode()

    assert 'href="#"' not in html


def test_event_recap_and_previous_edition_link_to_each_other(pages, client):
    first, second, third = (
        pages(name)
        for name in ("premiere-rencontre", "deuxieme-journee-evenement", "role-des-tiers-lieux")
    )
    first_recap, second_recap = pages("feuille-de-route"), pages("deuxieme-journee")

    assert (second.previous_edition, third.previous_edition) == (first, second)
    assert (first_recap.event, second_recap.event) == (first, second)
    links = {page: hrefs(client.get(page.url)) for page in (first, first_recap, second, third)}
    assert first_recap.url in links[first]
    assert first.url in links[first_recap]
    assert first.url in links[second]
    assert {second.url, second_recap.url} <= links[third]


def hrefs(response: Any) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', response.content.decode()))
