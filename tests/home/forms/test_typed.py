"""Typed text survives the end of a session or of its token, on every form behind the log-in."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from directory.models import ColleagueInvitation, ContactMessage, Member
from home.forms.typed import KEPT, MAX_TYPED, TYPED
from tests.builders import NOW, make_home, make_member, make_members_page

pytestmark = pytest.mark.django_db

PASSWORD = "un mot de passe assez long"
TEXT = "Zibeline, puis quartzite"
CARD = "/membres/ma-fiche/"
#: Address of each form behind the log-in, and what is typed there.
FORMS = {
    CARD: {"first_name": "Awa", "last_name": "Membre", "presentation": TEXT, "montrer_phone": "on"},
    "/membres/annuaire/odile-exemple/ecrire/": {"subject": "Bonjour", "text": TEXT},
    "/membres/inviter/": {"first_name": "Noé", "last_name": "Exemple", "email": "n@example.org", "word": TEXT},
    "/compte/adresse/": {"email": "zibeline@example.org", "action_add": ""},
}  # fmt: skip


@pytest.fixture(autouse=True)
def member(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_home()
    make_members_page()
    make_member(first_name="Odile", last_name="Exemple", email="odile@example.org")
    return make_member(
        first_name="Awa", last_name="Membre", email="awa@example.org", password=PASSWORD
    )


def log_in(client, address):
    data = {"login": "awa@example.org", "password": PASSWORD, "next": address}
    return client.post("/compte/connexion/", data, follow=True)


def typed_in(fields):
    return [
        text for name, text in fields.items() if name in {"presentation", "text", "word", "email"}
    ]


def shown(response):
    return re.sub(r"[ \n]+", " ", response.content.decode())


def assert_nothing_written():
    assert Member.objects.get(first_name="Awa").presentation == ""
    assert not ContactMessage.objects.exists()
    assert not ColleagueInvitation.objects.exists()


@pytest.mark.parametrize("address", FORMS)
def test_a_form_sent_after_the_end_of_the_session_is_filled_again_after_the_log_in(client, address):
    refused = client.post(address, FORMS[address])

    page = log_in(client, address)

    assert refused["Location"] == f"/compte/connexion/?next={address}"
    assert page.redirect_chain[-1] == (address, 302)
    assert KEPT in shown(page)
    assert all(text in shown(page) for text in typed_in(FORMS[address]))
    assert_nothing_written()


@pytest.mark.parametrize("address", FORMS)
def test_a_form_sent_with_the_token_of_an_earlier_session_is_filled_again(member, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)

    page = client.post(address, FORMS[address], follow=True)

    assert page.redirect_chain == [(address, 303)]
    assert KEPT in shown(page)
    assert all(text in shown(page) for text in typed_in(FORMS[address]))
    assert_nothing_written()


@pytest.mark.parametrize("address", FORMS)
def test_neither_session_nor_token_loses_what_was_typed(address):
    client = Client(enforce_csrf_checks=True)
    refused = client.post(address, FORMS[address])
    assert refused["Location"] == f"/compte/connexion/?next={address}"
    client.handler.enforce_csrf_checks = False

    page = log_in(client, address)

    assert all(text in shown(page) for text in typed_in(FORMS[address]))


def test_checkboxes_are_kept_and_files_are_named(client):
    photo = SimpleUploadedFile("moi.jpg", b"JPEG", "image/jpeg")
    client.post(CARD, FORMS[CARD] | {"photo": photo})

    page = shown(log_in(client, CARD))

    assert "Choisissez de nouveau vos fichiers\u00a0: moi.jpg." in page
    assert re.search(r'name="montrer_phone"[^>]* checked', page)
    assert not re.search(r'name="montrer_email"[^>]* checked', page)


def test_what_was_typed_is_forgotten_once_it_is_accepted_and_after_half_an_hour(
    client, time_machine
):
    client.post(CARD, FORMS[CARD])
    log_in(client, CARD)
    assert client.post(CARD, FORMS[CARD])["Location"] == f"{CARD}?enregistree=1"
    assert KEPT not in shown(client.get(CARD))

    client.post("/compte/deconnexion/")
    client.post(CARD, FORMS[CARD])
    time_machine.move_to(NOW + timedelta(minutes=30), tick=False)
    assert KEPT not in shown(log_in(client, CARD))


def test_passwords_are_never_kept(client):
    client.post("/compte/mot-de-passe/changer/", {"oldpassword": PASSWORD, "password1": PASSWORD})

    assert PASSWORD not in str(dict(client.session))


def test_a_flood_keeps_nothing(client):
    client.post(CARD, {"presentation": "a" * (MAX_TYPED + 1)})

    assert TYPED not in client.session


def test_a_refused_button_says_that_nothing_was_done(member):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)

    page = client.post("/membres/mes-donnees/", follow=True)

    assert page.redirect_chain == [("/membres/mes-donnees/", 303)]
    assert "Rien n’a été envoyé" in shown(page)


def test_where_no_form_can_be_filled_the_refusal_shows_what_was_typed():
    client = Client(enforce_csrf_checks=True)

    page = client.post(
        "/", {"text": TEXT, "password": PASSWORD}, headers={"Referer": "http://testserver/page/"}
    )

    assert page.status_code == 403
    assert TEXT in shown(page)
    assert PASSWORD not in shown(page)
    assert 'href="http://testserver/page/"' in shown(page)
    assert "recharge" not in shown(page)
