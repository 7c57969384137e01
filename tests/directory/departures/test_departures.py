"""Leaving the network: hidden at once, undone by a link, distinct from a suspension."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client

from directory.departures import leave
from directory.member_import.enrolment import judge
from directory.member_import.spreadsheet import Line
from directory.membership import admission
from directory.models import Card, Departure, JoinRequest, Suppression, User
from home.access import is_member
from home.models import OutgoingEmail
from tests.builders import NOW, make_join_page, make_member, make_members_page

pytestmark = pytest.mark.django_db

LEAVE = "/membres/mes-donnees/quitter/"
EMAIL = "awa@example.org"
PASSWORD = "Une-phrase-bien-longue-7"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_members_page()
    return time_machine


@pytest.fixture
def member():
    return make_member(first_name="Awa", last_name="Membre", email=EMAIL, password=PASSWORD)


@pytest.fixture
def at_home(member):
    """Log in through the form and confirm the password."""
    client = logged_in()
    client.post("/compte/identite/", {"password": PASSWORD})
    return client


def logged_in():
    client = Client()
    client.post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})
    return client


def link_in(message):
    return re.search(r"http://localhost:8000(/rejoindre/revenir/\S+)", message.body).group(1)


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_leaving_hides_the_member_at_once_and_ends_all_sessions(at_home, member, sent):
    """members 60."""
    elsewhere, colleague = logged_in(), Client()
    colleague.force_login(make_member(last_name="Autre").user)

    shown = at_home.get(LEAVE)
    left = at_home.post(LEAVE)

    assert "Dans trente jours" in shown.content.decode()
    assert (left.status_code, left["Location"]) == (302, "/rejoindre/au-revoir/")
    assert at_home.get("/rejoindre/au-revoir/")["Clear-Site-Data"] == '"cache"'
    assert not is_member(fresh(member.user))
    for browser in (at_home, elsewhere):
        assert browser.get("/membres/").status_code == 302
    assert not any(
        str(member.user_id) == row.get_decoded().get("_auth_user_id")
        for row in Session.objects.all()
    )
    assert colleague.get(f"/membres/annuaire/{member.slug}/").status_code == 404
    assert "Awa Membre" not in colleague.get("/membres/annuaire/?q=awa").content.decode()
    assert not Card.objects.listed(NOW).filter(pk=member.pk).exists()
    assert [(message.to, message.subject) for message in sent] == [
        ([EMAIL], "Vous avez quitté le réseau")
    ]


def test_a_get_request_does_not_leave(at_home, member):
    at_home.get(LEAVE)

    assert not Departure.objects.exists()
    assert is_member(fresh(member.user))


def test_leaving_requires_the_password_again(at_home, clock):
    clock.move_to(NOW + timedelta(hours=1), tick=False)

    asked, pressed = at_home.get(LEAVE), at_home.post(LEAVE)

    assert asked["Location"] == f"/compte/identite/?next={LEAVE.replace('/', '%2F')}"
    assert pressed["Location"] == LEAVE
    assert not Departure.objects.exists()


def test_the_link_is_stored_as_a_hash_and_blanked_once_sent(at_home, sent):
    at_home.post(LEAVE)

    token = link_in(sent[0]).rstrip("/").rpartition("/")[2]
    row = OutgoingEmail.objects.get()
    assert Departure.objects.get().token_hash != token
    assert (row.text, row.html, row.state) == ("", "", "sent")


def test_the_emailed_link_undoes_the_departure_by_a_button(at_home, member, sent, clock):
    at_home.post(LEAVE)
    clock.move_to(NOW + timedelta(days=30) - timedelta(seconds=1), tick=False)
    stranger = Client(enforce_csrf_checks=True)

    opened = stranger.get(link_in(sent[0]))
    assert ("Revenir dans le réseau" in opened.content.decode(), Departure.objects.count()) == (
        True,
        1,
    )
    assert opened["Referrer-Policy"] == "no-referrer"
    done = stranger.post(link_in(sent[0]), headers={"origin": "null"})

    assert "Vous êtes de nouveau membre" in done.content.decode()
    assert is_member(fresh(member.user))
    assert Card.objects.listed(NOW).filter(pk=member.pk).exists()
    assert stranger.get(link_in(sent[0])).status_code == 404


def test_the_link_expires_after_thirty_days_erased_or_not(at_home, member, sent, clock):
    at_home.post(LEAVE)
    clock.move_to(NOW + timedelta(days=30), tick=False)

    late = Client().post(link_in(sent[0]))

    assert late.status_code == 404
    assert not is_member(fresh(member.user))
    assert Client().get("/rejoindre/revenir/faux/").status_code == 404


def test_staff_cannot_leave_by_this_page(at_home, member):
    member.user.user_permissions.add(Permission.objects.get(codename="access_admin"))

    answer = at_home.post(LEAVE)

    assert answer.status_code == 409
    assert "en retirer le droit" in answer.content.decode()
    assert (Departure.objects.count(), is_member(fresh(member.user))) == (0, True)


@pytest.mark.ignore_template_errors
def test_former_members_are_not_in_the_list_and_export_but_suspended_ones_are():
    gone = make_member(first_name="Partie", last_name="Loin", email="partie@example.org")
    make_member(first_name="Suspendue", last_name="Ici").user.groups.clear()
    leave.leave_network(gone.user, at=NOW)
    admin = Client()
    admin.force_login(User.objects.create_superuser("admin@example.org"))

    shown = admin.get("/admin/directory/member/").content.decode()
    export = admin.get("/admin/directory/member/?export=csv&raison=bilan").getvalue().decode()

    assert ("Partie" in shown, "Suspendue" in shown) == (False, True)
    assert ("partie@example.org" in export, "Suspendue" in export) == (False, True)
    assert admin.get(f"/admin/directory/member/inspect/{gone.pk}/").status_code == 404


def test_former_members_who_ask_to_join_get_a_new_link(at_home, sent, clock):
    make_join_page()
    at_home.post(LEAVE)
    admission.request_to_join({"email": EMAIL}, charter_version="1", at=NOW)

    old, new = (link_in(message) for message in sent)
    assert (sent[1].to, sent[1].subject) == ([EMAIL], "Revenir dans le réseau")
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    assert not JoinRequest.objects.exists()


def test_an_erased_address_is_not_imported_but_can_ask_to_join_again(member):
    """members 60: only the hash of the address is stored, and nobody writes to it unasked."""
    leave.leave_network(member.user, at=NOW)
    leave.erase(Departure.objects.get(), at=NOW + timedelta(days=30))
    line = Line(2, {"first_name": "Awa", "last_name": "Membre", "email": "Awa@Example.org"})

    [refused] = judge([line])
    assert "a quitté le réseau" in refused.refusal
    assert EMAIL not in str(list(Suppression.objects.values()))

    request = JoinRequest.objects.create(
        first_name="Awa",
        last_name="Membre",
        email=EMAIL,
        reason="Revenir",
        charter_version="1",
        state="confirmed",
        confirmed_at=NOW,
    )
    admission.admit(request, by=User.objects.create_superuser("admin@example.org"), at=NOW)
    assert not Suppression.holds(EMAIL)
