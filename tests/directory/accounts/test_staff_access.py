import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from directory.models import User
from tests.builders import make_home, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

SETUP = "/compte/securite/?pour=administration"
PASSWORD = "Une-phrase-assez-longue"


@pytest.fixture(autouse=True)
def site():
    make_home()


@pytest.fixture
def production(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def staff():
    return User.objects.create_superuser("admin@example.org", PASSWORD)


def log_in(client):
    return client.post(
        "/compte/connexion/", {"login": "admin@example.org", "password": PASSWORD}, follow=True
    )


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_the_demonstration_gives_access_to_the_back_office_without_a_second_factor(client, staff):
    client.force_login(staff)

    assert client.get("/admin/").status_code == 200


def test_staff_without_a_second_factor_must_set_one_up_first(client, staff, production):
    """members 16; A21."""
    log_in(client)

    answers = [client.get("/admin/"), client.post("/admin/pages/add/"), client.get("/admin/users/")]

    assert [(answer.status_code, answer.get("Location")) for answer in answers] == [
        (302, SETUP)
    ] * 3
    assert "L’administration du site s’ouvre avec une seconde étape" in (
        client.get(SETUP).content.decode()
    )


def test_an_authenticator_app_gives_access_to_the_back_office_and_is_asked_for_next_time(
    client, staff, production
):
    """members 16: the dashboard only opens after the second step."""
    log_in(client)
    client.post("/compte/identite/", {"password": PASSWORD})  # needed to change security settings
    secret = client.get("/compte/securite/application/activer/").context["form"].secret
    client.post("/compte/securite/application/activer/", {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=staff).exists()
    assert client.get("/admin/").status_code == 200
    assert "Ouvrir l’administration du site" in client.get("/compte/securite/").content.decode()

    again = Client()
    second_step = log_in(again)

    assert second_step.redirect_chain[-1][0].startswith("/compte/connexion/seconde-etape/")
    assert again.get("/admin/").headers["Location"].startswith("/admin/login/")
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):  # a code is valid once
        again.post("/compte/connexion/seconde-etape/", {"code": code_of(secret)})
        assert again.get("/admin/").status_code == 200


def test_users_who_are_not_staff_are_told_why(client, production):
    """members 3."""
    client.force_login(make_member().user)

    answer = client.get("/admin/")

    assert answer.status_code == 403
    assert "Cette page est réservée" in answer.content.decode()
