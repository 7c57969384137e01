"""Each screen of the back office leads to its chapter of the guide: fault 64."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from events.models import RecapPage
from home.editor.chapters import all_chapters
from home.editor.guide import title_of
from tests.builders import make_event, make_news


@pytest.fixture
def desk(whole_site, client: Client, django_user_model) -> Client:
    client.force_login(django_user_model.objects.create_superuser("editrice@example.org"))
    return client


def chapter_on(desk: Client, address: str) -> list[str]:
    return re.findall(
        r'class="guide-link[^"]*" href="/admin/guide/#([^"]+)"', desk.get(address).text
    )


def test_every_chapter_that_a_screen_leads_to_is_in_the_guide():
    assert {anchor for anchor in all_chapters().values() if not title_of(anchor)} == set()


def test_a_screen_leads_to_the_chapter_about_it(desk, wagtail_templates):
    article = make_news(title="Article", slug="article")
    event = make_event(title="Forum", slug="forum")
    news = article.get_parent()
    recap = news.add_child(instance=RecapPage(title="Retour", slug="retour", event=event))
    address = {
        "publier-une-actualite": [
            reverse("wagtailadmin_pages:edit", args=[article.pk]),
            reverse("wagtailadmin_pages:add", args=["home", "newspage", news.pk]),
        ],
        "annoncer-un-evenement-avec-son-formulaire": [
            reverse("wagtailadmin_pages:edit", args=[event.pk]),
            "/admin/evenements/",
            reverse("events_move", args=[event.pk]),
        ],
        "ecrire-le-compte-rendu-avec-des-photos": [
            reverse("wagtailadmin_pages:edit", args=[recap.pk]),
            reverse("wagtailimages:index"),
        ],
        "suivre-les-inscriptions": ["/admin/events/registration/"],
        "admettre-un-membre": ["/admin/directory/member/", "/admin/membres/importer/"],
        "les-rapports": ["/admin/rapports/liens/"],
    }

    found = {place: chapter_on(desk, place) for places in address.values() for place in places}

    assert found == {place: [anchor] for anchor, places in address.items() for place in places}
