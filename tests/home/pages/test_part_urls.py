"""Links to pages with a role follow moves and renames."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from wagtail.models import PageViewRestriction

from directory.models import JoinPage
from home.models import StandardPage
from home.prefetch.parts import parts_of, parts_of_network
from tests.builders import make_agenda, make_event, make_home, make_join_page, make_members_page

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("_members_event")
def test_links_follow_a_renamed_join_page(client):
    page = make_join_page()
    page.slug = "adherer"
    page.save()

    html = [client.get(address).content.decode() for address in ("/agenda/atelier/", LOG_IN)]

    assert [text.count('href="/rejoindre/"') for text in html] == [0, 0]
    assert all('<a href="/adherer/">Rejoindre le réseau</a>' in text for text in html)


@pytest.mark.usefixtures("_members_event")
def test_without_a_join_page_there_is_no_link_to_it():
    assert not JoinPage.objects.exists()

    html = [Client().get(address).content.decode() for address in ("/agenda/atelier/", LOG_IN)]

    assert ["Rejoindre le réseau" in text for text in html] == [False, False]


def test_a_page_closed_to_the_visitor_has_no_link_but_the_section_that_asks_to_log_in_has(rf):
    agenda, section = make_agenda(), make_members_page()
    PageViewRestriction.objects.create(page=agenda, restriction_type="login")
    request = rf.get("/")
    request.user = AnonymousUser()

    parts = parts_of(request)

    assert parts.url("agenda") == parts.url("agenda", "agenda") == ""
    assert parts.url("membres", "own_card") == f"{section.url}ma-fiche/"
    assert parts.url("annuaire", "card", slug="zoe") == f"{section.url}annuaire/zoe/"


def test_of_several_ordinary_pages_the_first_below_the_home_page_presents_the_network():
    home, section = make_home(), make_members_page()
    section.add_child(instance=StandardPage(title="Réservée", slug="reservee"))
    home.refresh_from_db()
    for slug in ("nous", "autre"):
        home.add_child(instance=StandardPage(title=slug, slug=slug))

    assert parts_of_network().url("presentation") == "/nous/"


def test_a_part_that_no_kind_of_page_plays_is_a_mistake():
    with pytest.raises(LookupError, match="annuaires"):
        parts_of_network().url("annuaires")


LOG_IN = "/compte/connexion/"


@pytest.fixture
def _members_event() -> None:
    make_event(slug="atelier", registration_audience="members")
