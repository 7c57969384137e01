"""Cards that are not confirmed are hidden, and shown again when they are confirmed."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from directory.cards.reminders import ask_about_cards
from directory.models import Card, Member
from tests.builders import make_member, make_members_page

pytestmark = pytest.mark.django_db

CONFIRMED = datetime(2025, 3, 10, 12, tzinfo=UTC)
#: Noon UTC in winter. The months added are in Paris time: 13:00 there, in September too.
HIDDEN = datetime(2026, 9, 10, 11, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(HIDDEN - SECOND, tick=False)
    make_members_page()
    return time_machine


@pytest.fixture
def member():
    return make_member(
        first_name="Awa", last_name="Membre", email="awa@example.org", confirmed_at=CONFIRMED
    )


def client_of(member):
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def colleague():
    return client_of(make_member(first_name="Zoé", last_name="Autre"))


def is_listed(member, colleague):
    html = colleague.get("/membres/annuaire/?q=awa").content.decode()
    card = colleague.get(f"/membres/annuaire/{member.slug}/")
    assert (card.status_code == 200) == ("Awa Membre" in html)
    return card.status_code == 200


def test_a_card_shows_the_date_of_its_confirmation(member, colleague):
    html = colleague.get(f"/membres/annuaire/{member.slug}/").content.decode()

    assert "À jour en mars 2025" in html


def test_a_card_is_hidden_after_eighteen_months_and_shown_again_by_one_button(
    member, colleague, clock
):
    assert is_listed(member, colleague)
    clock.move_to(HIDDEN, tick=False)
    assert not is_listed(member, colleague)

    owner = client_of(member)
    for address in ("/membres/", "/membres/ma-fiche/"):
        assert "Votre fiche n’est plus dans l’annuaire" in owner.get(address).content.decode()
    owner.get("/membres/ma-fiche/confirmer/")
    assert not is_listed(member, colleague)
    owner.post("/membres/ma-fiche/confirmer/")

    assert is_listed(member, colleague)
    assert "n’est plus dans l’annuaire" not in owner.get("/membres/").content.decode()


def test_a_hidden_member_can_still_be_answered(member, colleague, clock):
    clock.move_to(HIDDEN, tick=False)

    assert colleague.get(f"/membres/annuaire/{member.slug}/ecrire/").status_code == 200


def test_the_emailed_link_confirms_without_a_log_in(member, sent, clock):
    clock.move_to(HIDDEN, tick=False)
    ask_about_cards(HIDDEN)
    link = re.search(r"http://localhost:8000(/rejoindre/fiche/\S+)", sent[0].body).group(1)
    visitor = Client(enforce_csrf_checks=True)

    shown = visitor.get(link)
    assert "toujours exacte" in shown.content.decode()
    assert Member.objects.get().confirmed_at == CONFIRMED
    visitor.post(link, headers={"origin": "null"})

    card = Member.objects.get()
    assert (card.confirmed_at, card.asked_at) == (HIDDEN, None)
    assert Card.objects.listed(HIDDEN).count() == 1


def test_the_link_of_a_former_member_confirms_nothing(member, sent, clock):
    clock.move_to(HIDDEN, tick=False)
    ask_about_cards(HIDDEN)
    link = re.search(r"http://localhost:8000(/rejoindre/fiche/\S+)", sent[0].body).group(1)
    member.user.groups.clear()

    assert Client().post(link).status_code == 404
    assert Client().get("/rejoindre/fiche/faux/").status_code == 404
    assert Member.objects.get().confirmed_at == CONFIRMED
