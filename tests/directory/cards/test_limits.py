"""A script does not copy the directory; a person meets no limit."""

import pytest
from django.test import Client

from directory.cards.limits import CARDS, LISTS, PHOTOS
from home.access import WATCHERS
from tests.builders import NOW, make_member, make_members_page

pytestmark = pytest.mark.django_db

CARD = "/membres/annuaire/zoe-exemple/"


@pytest.fixture(autouse=True)
def zoe(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_members_page()
    return make_member(first_name="Zoé")


@pytest.fixture
def _small_limits(monkeypatch):
    for limit in (CARDS, LISTS):
        monkeypatch.setitem(vars(limit), "per_minute", 4)
        monkeypatch.setitem(vars(limit), "per_hour", 12)


@pytest.fixture
def client(_small_limits):
    return client_of(make_member(first_name="Awa").user)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def asked(client, address, times):
    return [client.get(address).status_code for _time in range(times)]


@pytest.mark.parametrize("address", [CARD, f"{CARD}contact/"])
def test_cards_and_vcards_have_one_limit_per_minute_and_account(client, time_machine, address):
    statuses = asked(client, address, CARDS.per_minute + 2)

    assert statuses == [200] * CARDS.per_minute + [429] * 2
    refused = client.get(f"{CARD}contact/")
    assert refused["Retry-After"] == "60"
    assert "plus de fiches qu’une personne n’en lit" in refused.content.decode()
    assert client_of(make_member(first_name="Bo").user).get(CARD).status_code == 200
    time_machine.shift(60)
    assert client.get(CARD).status_code == 200


def test_a_patient_script_meets_the_limit_of_the_hour(client, time_machine):
    for _minute in range(6):
        last = asked(client, f"{CARD}contact/", CARDS.per_hour // 6)
        time_machine.shift(60)

    assert set(last) == {200}
    refused = client.get(CARD)
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")


def test_lists_are_counted_too(client):
    statuses = asked(client, "/membres/annuaire/?q=rien", LISTS.per_minute + 1)

    assert statuses == [200] * LISTS.per_minute + [429]


def test_a_person_who_opens_a_page_of_results_in_tabs_meets_no_limit():
    assert CARDS.per_minute >= 2 * 24
    assert PHOTOS.per_minute >= LISTS.per_minute * 24 / 3


@pytest.mark.usefixtures("_small_limits")
def test_the_nightly_check_is_not_counted():
    watcher = make_member(first_name="Garde", email=f"garde{WATCHERS}")

    assert set(asked(client_of(watcher.user), CARD, CARDS.per_minute + 1)) == {200}
