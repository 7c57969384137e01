"""The writing guide in the back office: staff only, without external links or images."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from home.editor.guide import DOCS, read_guide
from tests.shots.guide import PICTURES

pytestmark = pytest.mark.django_db

TEXT = (DOCS / "guide-redaction.md").read_text("utf-8")


@pytest.mark.ignore_template_errors
def test_the_team_reads_the_guide(admin_client):
    page = admin_client.get(reverse("editor_guide")).content.decode()

    assert page.count("<h1") == 1
    assert [title for _anchor, title in read_guide()[0]] == re.findall(
        r"^## (.*)$", TEXT, re.MULTILINE
    )


def test_a_stranger_is_sent_to_the_log_in_and_a_member_is_refused(client, django_user_model):
    member = django_user_model.objects.create_user("membre@example.org")
    anonymous = client.get(reverse("editor_guide"))
    client.force_login(member)

    assert anonymous.status_code == 302
    assert client.get(reverse("editor_guide")).status_code == 403
    assert client.get(reverse("editor_guide_picture", args=["accueil"])).status_code == 403


#: Alternative text and file of each picture, by chapter.
SHOWN = {
    chapter.partition("\n")[0]: re.findall(r"!\[(.*?)\]\((.*?)\)", chapter)
    for chapter in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
}


def test_every_chapter_has_one_or_two_pictures_and_every_picture_one_place():
    named = [file for pictures in SHOWN.values() for _words, file in pictures]

    assert {
        chapter: len(found) for chapter, found in SHOWN.items() if len(found) not in (1, 2)
    } == {}
    assert sorted(named) == sorted(f"images/{path.name}" for path in DOCS.glob("images/*.webp"))


def test_every_picture_is_made_by_the_script():
    assert sorted(f"images/{picture.name}.webp" for picture in PICTURES) == sorted(
        file for pictures in SHOWN.values() for _words, file in pictures
    )


def test_every_picture_says_in_words_what_it_shows():
    """At least five words, no two alike, and no name of a file."""
    words = [said for pictures in SHOWN.values() for said, _file in pictures]

    assert len(set(words)) == len(words)
    assert [said for said in words if len(said.split()) < 5 or ".webp" in said] == []


def test_pictures_are_served_and_small(admin_client):
    for _words, file in [picture for pictures in SHOWN.values() for picture in pictures]:
        response = admin_client.get(reverse("editor_guide_picture", args=[Path(file).stem]))
        assert response["Content-Type"] == "image/webp"
        assert b"".join(response.streaming_content) == (DOCS / file).read_bytes()
    assert sum(path.stat().st_size for path in DOCS.glob("images/*.webp")) <= 600_000


def test_the_place_of_a_picture_is_kept_while_it_loads():
    tags = re.findall(r"<img [^>]*>", read_guide()[1])

    assert len(tags) == len(PICTURES)
    assert [tag for tag in tags if not re.search(r'width="\d+" height="\d+"', tag)] == []


@pytest.mark.ignore_template_errors
def test_an_absent_picture_is_not_found(admin_client):
    assert admin_client.get(reverse("editor_guide_picture", args=["absente"])).status_code == 404


def test_the_guide_links_to_this_site_only():
    assert re.findall(r"https?://", TEXT) == []
    assert Path(settings.BASE_DIR, "docs/guide-redaction.md").is_file()
