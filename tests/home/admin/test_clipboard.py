"""The address to which the page editor sends pasted text."""

import json

import pytest
from django.urls import reverse

from home.admin import clipboard
from home.blocks import BodyBlock

pytestmark = pytest.mark.django_db


def test_pasted_text_comes_back_as_the_state_of_blocks(admin_client):
    html = "<h2>Titre</h2><p>Texte</p><table><tr><td>A</td><td>B</td></tr><tr><td>1</td><td>2</td></tr></table><img>"

    said = admin_client.post(reverse("convert_clipboard"), {"html": html}).json()

    assert [block["type"] for block in said["blocks"]] == ["heading", "paragraph", "table"]
    assert json.loads(said["blocks"][1]["value"])["blocks"][0]["text"] == "Texte"
    assert said["told"] == "Non collé\u00a0: 1\u00a0image à déposer dans une galerie."
    assert set(BodyBlock().child_blocks) > {"heading", "paragraph", "table"}


def test_too_much_at_once_is_refused_in_a_sentence(admin_client, monkeypatch):
    monkeypatch.setattr(clipboard, "LONGEST", 3)

    response = admin_client.post(reverse("convert_clipboard"), {"html": "<p>A</p>"})

    assert (response.status_code, response.json()) == (413, {"error": clipboard.TOO_LONG})


def test_only_the_team_may_ask_and_only_by_post(client, admin_client):
    assert client.post(reverse("convert_clipboard")).status_code == 302
    assert admin_client.get(reverse("convert_clipboard")).status_code == 405
    assert admin_client.post(reverse("convert_clipboard")).json() == {"blocks": [], "told": ""}
