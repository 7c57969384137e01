"""The writing guide in the back office: staff only, without external links or images."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from home.editor.guide import DOCS, read_guide

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


def test_every_picture_exists_is_served_and_is_small(admin_client):
    named = re.findall(r"!\[[^\]]+\]\((.*?)\)", TEXT)

    assert sorted(named) == sorted(
        f"images/{path.name}" for path in (DOCS / "images").glob("*.png")
    )
    for path in named:
        response = admin_client.get(reverse("editor_guide_picture", args=[Path(path).stem]))
        picture = b"".join(response.streaming_content)
        assert response["Content-Type"] == "image/png"
        assert len(picture) <= 80_000, path


@pytest.mark.ignore_template_errors
def test_an_absent_picture_is_not_found(admin_client):
    assert admin_client.get(reverse("editor_guide_picture", args=["absente"])).status_code == 404


def test_the_guide_links_to_this_site_only():
    assert re.findall(r"https?://", TEXT) == []
    assert Path(settings.BASE_DIR, "docs/guide-redaction.md").is_file()
