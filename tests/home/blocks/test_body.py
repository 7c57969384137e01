"""Every block of a page's body: name, template, description, preview."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template
from django.test import RequestFactory
from django.urls import reverse

from home.blocks import BodyBlock
from home.models import StandardPage
from tests.builders import make_home, make_image

BLOCKS = BodyBlock().child_blocks
GROUPS = {
    "Texte",
    "Images et médias",
    "Liens et documents",
    "Événement",
    "Personnes et chiffres",
}


@pytest.fixture
def context(db):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    home = make_home()
    home.add_child(instance=StandardPage(title="Le réseau", slug="le-reseau", live=True))
    return {"request": request, "page": home}


def test_the_body_has_every_block_that_an_editor_needs():
    assert list(BLOCKS) == [
        "paragraph",
        "heading",
        "list",
        "highlight",
        "notice",
        "quote",
        "questions",
        "accordion",
        "image",
        "gallery",
        "video",
        "embed",
        "call_to_action",
        "download",
        "related",
        "programme",
        "outline",
        "practical",
        "speakers",
        "key_figures",
        "table",
        "unknown",
    ]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_says_in_french_what_it_is_for(name):
    meta = BLOCKS[name].meta

    assert meta.group in GROUPS
    assert meta.label[0].isupper()
    assert meta.description.endswith(".")
    assert meta.template == f"components/blocks/{name}.html"
    assert get_template(meta.template)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_renders_its_sample_values(name, context):
    make_image()
    block = BLOCKS[name]

    html = block.render(block.get_preview_value(), context)

    assert bool(html.strip()) == (name != "unknown")


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_has_a_preview_in_the_editors_screen(name, context, admin_client):
    make_image()

    response = admin_client.get(
        reverse("wagtailadmin_block_preview"), {"id": BLOCKS[name].definition_prefix}
    )

    assert (response.status_code, BLOCKS[name].is_previewable) == (200, True)
