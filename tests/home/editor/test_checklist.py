"""« Avant de publier »: the list on the screen of a page, and what is said or refused elsewhere."""

import json
from typing import Any

import pytest
from django.urls import reverse

from home.blocks.holes import HOLE, LEFT
from home.models import NewsPage
from tests.builders import make_image, make_news
from tests.home.editor.test_editing import article

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wagtail_templates")]

BLOCK = "11111111-1111-1111-1111-111111111111"
LONG = "Un titre qui n’en finit pas " * 4


def edit_address(page: NewsPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def drafted(**fields: Any) -> NewsPage:
    page = make_news(**{"live": False, "lead": "<p>Deux phrases.</p>"} | fields)
    page.save_revision()
    return page


def paragraph(text: str) -> str:
    return json.dumps([{"type": "paragraph", "value": f"<p>{text}</p>", "id": BLOCK}])


def test_the_screen_of_a_page_lists_what_blocks_and_what_is_worth_a_look(admin_client):
    page = drafted(title=LONG, body=paragraph(f'{HOLE} <a href="#">là</a>'))

    shown = admin_client.get(edit_address(page)).content.decode()

    assert "1\u00a0point empêche la publication" in shown
    assert "3\u00a0points à regarder" in shown
    assert f'href="#block-{BLOCK}-section"' in shown
    assert ">Paragraphe</a>" in shown
    assert "(RGAA 6.1)" in shown


def test_a_page_without_fault_has_nothing_to_report_and_a_new_one_no_list(admin_client):
    page = drafted()

    assert "Rien à signaler." in admin_client.get(edit_address(page)).content.decode()
    new = reverse("wagtailadmin_pages:add", args=["home", "newspage", page.get_parent().pk])
    assert "Avant de publier" not in admin_client.get(new).content.decode()


def test_the_list_is_read_again_while_the_draft_is_saved(admin_client, client):
    page = drafted(title=LONG)
    address = reverse("page_checklist", args=[page.pk])

    answer = admin_client.get(address)

    assert "Titre long" in answer.content.decode()
    assert "private" in answer["Cache-Control"]


def test_a_refused_publication_lists_its_errors_first_with_their_places(admin_client):
    page = drafted(body=paragraph(HOLE))
    block = {
        "key": "a",
        "text": HOLE,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    body = {
        "body-count": "1",
        "body-0-type": "paragraph",
        "body-0-id": BLOCK,
        "body-0-order": "0",
        "body-0-deleted": "",
        "body-0-value": json.dumps({"blocks": [block], "entityMap": {}}),
    }

    refused = admin_client.post(
        edit_address(page), article(title="", **{"action-publish": "1"}) | body
    )

    shown = refused.content.decode()
    assert refused.status_code == 200
    assert "2\u00a0points empêchent la publication" in shown
    assert f'href="#block-{BLOCK}-section"' in shown
    assert f"Paragraphe\u00a0: {LEFT}" in shown
    assert 'href="#id_title"' in shown
    assert "data-refused" in shown


def test_a_publication_says_what_is_left_to_look_at(admin_client):
    page = drafted()

    published = admin_client.post(
        edit_address(page), article(title=LONG, **{"action-publish": "1"}), follow=True
    )

    shown = published.content.decode()
    page.refresh_from_db()
    assert page.live
    assert (
        "3\u00a0points à regarder\u00a0: Titre long\u202f; Titre trop long pour les cartes\u202f; Ni chapô"
        in shown
    )


def test_pages_that_are_not_ready_are_not_published_in_bulk(admin_client):
    ready, unready = drafted(title="Prête"), drafted(title="Pas prête", body=paragraph(HOLE))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    refused = admin_client.post(f"{address}?id={ready.pk}&id={unready.pk}", follow=True)
    ready.refresh_from_db()
    was_live = ready.live
    admin_client.post(f"{address}?id={ready.pk}")
    parent = ready.get_parent()
    admin_client.post(f"{address}?id={parent.pk}", {"include_descendants": "on"})

    ready.refresh_from_db()
    unready.refresh_from_db()
    assert "Rien n’est publié" in refused.content.decode()
    assert (was_live, ready.live, unready.live) == (False, True, False)


def test_an_image_without_text_is_named_at_its_field(admin_client):
    page = drafted(main_image=make_image(title="La salle"))

    shown = admin_client.get(edit_address(page)).content.decode()

    assert 'href="#id_main_image_alt"' in shown
    assert "(RGAA 1.1)" in shown
