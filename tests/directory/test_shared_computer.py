"""« Ordinateur partagé », devices, and what a new password does to them."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.builders import NOW, make_home, make_member, make_members_page

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD, NEW = "membre@example.org", "demonstration", "Une-phrase-bien-longue-7"
LOG_IN, CODE = "/compte/connexion/", "/compte/connexion/code/"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_home()
    make_members_page()
    make_member(email=EMAIL, password=PASSWORD)
    return time_machine


def by_password(**box):
    client = Client()
    client.post(LOG_IN, {"login": EMAIL, "password": PASSWORD, **box})
    return client


def by_code(sent, **box):
    client = Client()
    client.post(CODE, {"email": EMAIL, **box})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", sent[-1].body, re.MULTILINE).group()
    client.post(f"{CODE}saisie/", {"code": code})
    return client


def is_inside(client):
    return client.get("/membres/").status_code == 200


def test_the_cookie_of_a_shared_computer_ends_with_the_browser(sent):
    """A50: by password and by code; without the box it lasts."""
    shared = [by_password(partage="on"), by_code(sent, partage="on")]
    own = [by_password(), by_code(sent)]

    assert all(is_inside(client) for client in shared + own)
    assert [client.cookies["sessionid"]["max-age"] for client in shared] == ["", ""]
    assert [client.cookies["sessionid"]["max-age"] > 0 for client in own] == [True, True]


def test_a_shared_computer_is_logged_out_after_half_an_hour_without_a_page(clock):
    """A50."""
    shared, own = by_password(partage="on"), by_password()
    for minutes in (29, 58):
        clock.move_to(NOW + timedelta(minutes=minutes), tick=False)
        assert is_inside(shared)

    clock.move_to(NOW + timedelta(minutes=88), tick=False)
    refused = shared.get("/membres/annuaire/")

    assert refused["Location"] == "/compte/connexion/?next=/membres/annuaire/"
    assert (is_inside(shared), is_inside(own)) == (False, True)


def test_the_box_stands_on_each_way_in(client):
    html = client.get(LOG_IN).content.decode()

    assert re.findall(r'name="partage" id="([\w-]+)"', html) == [
        "partage-code",
        "partage-mot-de-passe",
        "partage-cle",
    ]
    assert 'id="partage-cle" aria-describedby="partage-cle-aide" form="mfa_login"' in html
    assert 'name="partage"' in client.get(CODE).content.decode()


def test_a_new_password_logs_out_other_devices_and_says_so_by_mail(sent):
    """members 24, A36."""
    here, elsewhere = by_password(), by_password()
    here.post("/compte/identite/", {"password": PASSWORD})

    changed = here.post(
        "/compte/mot-de-passe/changer/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    assert changed.status_code == 302
    assert (is_inside(here), is_inside(elsewhere)) == (True, False)
    assert [(message.to, message.subject) for message in sent] == [
        ([EMAIL], "Votre mot de passe a changé")
    ]


def test_other_devices_are_logged_out_by_a_button():
    here, elsewhere = by_password(), by_password()

    html = here.get("/compte/appareils/").content.decode()
    assert (html.count("(celui-ci)"), html.count("127.0.0.1")) == (1, 2)
    here.post("/compte/appareils/")

    assert (is_inside(here), is_inside(elsewhere)) == (True, False)
