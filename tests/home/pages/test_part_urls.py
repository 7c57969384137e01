"""Links to pages with a role follow moves and renames."""

import pytest
from django.test import Client

from directory.models import JoinPage
from tests.builders import make_event, make_join_page

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


LOG_IN = "/compte/connexion/"


@pytest.fixture
def _members_event() -> None:
    make_event(slug="atelier", registration_audience="members")
