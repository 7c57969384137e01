"""Each step of the log-in that expires or is refused says so in a sentence, and has a way on."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.urls import reverse

from directory.models import User
from tests.builders import NOW, make_home, make_member, make_members_page

pytestmark = pytest.mark.django_db

ASK, ENTER, LOG_IN = (
    "/compte/connexion/code/",
    "/compte/connexion/code/saisie/",
    "/compte/connexion/",
)
EMAIL, PASSWORD = "membre@example.org", "un mot de passe assez long"
WRONG = {"code": "BBBB-BBBB"}


@pytest.fixture(autouse=True)
def member(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_home()
    make_members_page()
    return make_member(email=EMAIL, password=PASSWORD)


def code_in(message):
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", message.body, re.MULTILINE).group()


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def is_logged_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("minutes", [0, 10, 14])
def test_a_code_lives_fifteen_minutes(client, sent, time_machine, minutes):
    client.post(ASK, {"email": EMAIL})

    time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
    client.post(ENTER, {"code": code_in(sent[-1])})

    assert is_logged_in(client)
    assert "quinze minutes" in sent[-1].body


@pytest.mark.parametrize("minutes", [16, 90])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_expired_code_is_refused_with_a_sentence_and_the_address_is_kept(
    client, sent, time_machine, minutes, method
):
    """members 21."""
    client.post(f"{ASK}?next=/membres/annuaire/", {"email": EMAIL})

    time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
    answer = getattr(client, method)(
        ENTER, {"code": code_in(sent[-1]), "next": "/membres/annuaire/"}, follow=True
    )

    assert not is_logged_in(client)
    assert answer.redirect_chain == [(f"{ASK}?next=%2Fmembres%2Fannuaire%2F", 302)]
    page = text_of(answer)
    assert "Ce code a expiré" in page
    assert f'value="{EMAIL}"' in page
    again = client.post(ASK, {"email": EMAIL, "next": "/membres/annuaire/"}, follow=True)
    assert again.redirect_chain == [(f"{ENTER}?next=%2Fmembres%2Fannuaire%2F", 302)]
    client.post(ENTER, {"code": code_in(sent[-1])})
    assert is_logged_in(client)


def test_the_page_of_the_code_opened_elsewhere_says_where_a_code_is_entered(client):
    page = text_of(client.get(ENTER, follow=True))

    assert "Un code se saisit dans le navigateur où il a été demandé." in page


def test_the_code_is_sent_again_and_lives_fifteen_minutes_more(client, sent, time_machine):
    client.post(ASK, {"email": EMAIL})
    time_machine.move_to(NOW + timedelta(minutes=14), tick=False)

    page = text_of(client.post(ENTER, {"action": "resend"}, follow=True))
    time_machine.move_to(NOW + timedelta(minutes=28), tick=False)
    client.post(ENTER, {"code": code_in(sent[0])})  # the first message arrives at last

    assert f"Le code vient de repartir à {EMAIL}" in page
    assert len(sent) == 2
    assert is_logged_in(client)


def test_after_three_messages_the_page_says_when_the_next_one_may_leave(client, sent, time_machine):
    client.post(ASK, {"email": EMAIL})
    for _time in range(2):
        client.post(ENTER, {"action": "resend"})

    page = text_of(client.post(ENTER, {"action": "resend"}, follow=True))
    assert "le prochain pourra partir dans un quart d’heure au plus tôt" in page
    assert len(sent) == 3

    time_machine.move_to(NOW + timedelta(minutes=15, seconds=1), tick=False)
    client.post(ASK, {"email": EMAIL})
    assert len(sent) == 4


def test_known_and_unknown_addresses_get_the_same_answers_from_the_page_of_the_code(client, sent):
    """members 18."""
    stories = []
    for email in (EMAIL, "inconnue@example.org"):
        client.session.flush()
        client.post(ASK, {"email": email})
        posts = [{"action": "resend"}] * 3 + [WRONG] * 2
        pages = [client.post(ENTER, data, follow=True) for data in posts]
        stories.append(
            [
                re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text_of(page)).replace(
                    email, ""
                )
                for page in pages
            ]
        )

    assert stories[0] == stories[1]
    assert {message.to[0] for message in sent} == {EMAIL}


def test_a_password_serves_while_a_code_is_awaited(client):
    client.post(f"{ASK}?next=/membres/annuaire/", {"email": EMAIL})
    page = text_of(client.get(f"{ENTER}?next=/membres/annuaire/"))
    link = re.search(r'href="([^"]+)">Se connecter avec un mot de passe', page).group(1)

    entrance = client.get(link)
    assert entrance.status_code == 200
    assert text_of(entrance).count(f'value="{EMAIL}"') == 2  # for a code, and for a password
    assert "Saisir ce code" in text_of(entrance)

    data = {"login": EMAIL, "password": PASSWORD, "next": "/membres/annuaire/"}
    assert client.post(LOG_IN, data)["Location"] == "/membres/annuaire/"
    assert is_logged_in(client)


def test_the_way_to_another_address_forgets_the_first(client):
    client.post(ASK, {"email": EMAIL})

    entrance = client.post("/compte/deconnexion/", {"next": LOG_IN}, follow=True)

    assert entrance.redirect_chain == [(LOG_IN, 302)]
    assert EMAIL not in text_of(entrance)


def test_three_wrong_codes_are_explained(client):
    client.post(ASK, {"email": EMAIL})

    pages = [text_of(client.post(ENTER, WRONG, follow=True)) for _time in range(3)]

    assert ["Ce code n’est pas le bon" in page for page in pages] == [True, True, False]
    assert "Trois codes faux" in pages[2]
    assert f'value="{EMAIL}"' in pages[2]


def test_a_second_step_that_has_expired_says_so(client):
    page = client.get("/compte/connexion/seconde-etape/", follow=True)

    assert page.redirect_chain == [(LOG_IN, 302)]
    assert "Le temps prévu pour la seconde étape est passé." in text_of(page)


@pytest.mark.parametrize("is_used", [True, False])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_confirms_an_address_explains_why_it_is_refused(
    client, time_machine, is_used, method
):
    new = EmailAddress.objects.create(user=User.objects.get(), email="nouvelle@example.org")
    link = reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(new).key])
    if is_used:
        client.post(link)
    else:
        time_machine.move_to(NOW + timedelta(days=4), tick=False)

    answer = getattr(client, method)(link)

    assert answer.status_code == 200
    assert "Ce lien ne sert plus" in text_of(answer)
    assert "Demandez un nouveau message" in text_of(answer)
    assert User.objects.get().email == ("nouvelle@example.org" if is_used else EMAIL)


def test_the_setting_is_what_the_pages_say():
    assert settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT == 15 * 60
