"""Logged in and not a member: former members keep their own data, and nobody is sent round."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import GroupPagePermission

from directory.departures import leave
from directory.membership.admission import suspend
from directory.models import Departure, User
from home.access import is_member
from home.models import StandardPage
from tests.builders import NOW, make_event, make_member, make_members_page

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]  # the userbar is Wagtail's

OWN = "/membres/mes-donnees/"
FOR_MEMBERS = [
    "/membres/", "/membres/ma-fiche/", "/membres/inscriptions/", "/membres/annuaire/", "/membres/reservee/",
    "/membres/rien/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def section(time_machine):
    time_machine.move_to(NOW, tick=False)
    section = make_members_page()
    section.add_child(instance=StandardPage(title="Réservée", slug="reservee"))
    return section


@pytest.fixture
def former(client):
    member = make_member(first_name="Odile", last_name="Exemple", email="odile@example.org")
    suspend(member, by=User.objects.create_superuser("admin@example.org"))
    client.force_login(member.user)
    return member.user


def editor_of(page):
    """Return the client of somebody who edits this page and those below it."""
    group = Group.objects.create(name="Rédaction des membres")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group, page=page, permission=Permission.objects.get(codename="change_page")
    )
    user = User.objects.create_user("editrice@example.org")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize("address", FOR_MEMBERS)
def test_a_former_member_is_told_why_and_led_to_their_own_data(client, former, address):
    """members 3."""
    answer = client.get(address)

    assert answer.status_code == 403
    assert f'href="{OWN}"' in text_of(answer)


@pytest.mark.parametrize("path", ["", "copie/", "quitter/"])
def test_a_former_member_opens_their_own_data_and_every_link_of_these_pages(client, former, path):
    page = client.get(f"{OWN}{path}")

    main = text_of(page).partition("<main")[2].partition("</main>")[0]
    links = set(re.findall(r'href="(/(?:membres|compte)/[^"#?]*)', main))
    answers = {link: client.get(link).status_code for link in links - {"/compte/deconnexion/"}}
    assert page.status_code == 200
    assert set(answers.values()) <= {200, 302}, answers


def test_account_pages_lead_to_ones_own_data(client, former):
    assert f'href="{OWN}"' in text_of(client.get("/compte/adresse/"))


def test_a_former_member_copies_their_own_data(client, former, sent):
    client.post(f"{OWN}copie/")

    link = re.search(r"http://localhost:8000(/membres/mes-donnees/copie/\S+)", sent[-1].body).group(
        1
    )
    copy = client.get(link)

    assert copy["Content-Type"] == "application/zip"


def test_a_former_member_erases_their_account_and_comes_back_as_a_former_member(
    client, former, sent
):
    assert client.post(f"{OWN}quitter/").status_code == 302
    departure = Departure.objects.get(user=former)
    link = re.search(r"http://localhost:8000(\S+/revenir/\S+)", sent[-1].body).group(1)

    page = text_of(client.post(link))

    assert not Departure.objects.filter(pk=departure.pk).exists()
    assert not is_member(User.objects.get(pk=former.pk))
    assert "Votre compte est gardé" in page
    assert "Vous êtes de nouveau membre" not in page


def test_a_member_who_left_comes_back_as_a_member():
    member = make_member()
    leave.leave_network(member.user, at=timezone.now())

    leave.undo_departure(Departure.objects.get(), at=timezone.now())

    assert is_member(User.objects.get(pk=member.user.pk))


def test_a_members_event_offers_a_former_member_no_log_in(client, former):
    event = make_event(registration_audience="members")

    page = text_of(client.get(event.url))
    refused = client.post(event.url, {"name": "Odile Exemple", "email": "odile@example.org"})

    assert "votre compte n’est pas celui d’un membre" in page
    assert "/compte/connexion/" not in page.partition("<main")[2]
    assert refused.status_code == 403
    assert "votre compte n’est pas celui d’un membre" in text_of(refused)
    assert "connectez-vous" not in text_of(refused)
    assert not event.registrations.exists()
