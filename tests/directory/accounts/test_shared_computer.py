"""« Ordinateur partagé », devices, and what a new password or another role does to them."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from directory.membership.admission import members_group, suspend
from directory.models import Member, User
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
    """A50: by password and by code. Without the checkbox, the session lasts."""
    shared = [by_password(partage="on"), by_code(sent, partage="on")]
    own = [by_password(), by_code(sent)]

    assert all(is_inside(client) for client in shared + own)
    assert [client.cookies["sessionid"]["max-age"] for client in shared] == ["", ""]
    assert [client.cookies["sessionid"]["max-age"] > 0 for client in own] == [True, True]


def test_a_shared_computer_is_logged_out_after_half_an_hour_of_inactivity(clock):
    """A50."""
    shared, own = by_password(partage="on"), by_password()
    for minutes in (29, 58):
        clock.move_to(NOW + timedelta(minutes=minutes), tick=False)
        assert is_inside(shared)

    clock.move_to(NOW + timedelta(minutes=88), tick=False)
    refused = shared.get("/membres/annuaire/")

    assert refused["Location"] == "/compte/connexion/?next=/membres/annuaire/"
    assert (is_inside(shared), is_inside(own)) == (False, True)


def test_each_way_to_log_in_has_the_checkbox(client):
    html = client.get(LOG_IN).content.decode()

    assert re.findall(r'name="partage" id="([\w-]+)"', html) == [
        "partage-code",
        "partage-mot-de-passe",
        "partage-cle",
    ]
    assert html.count("La connexion s’arrête quand vous fermez le navigateur") == 1
    assert 'id="partage-cle" aria-describedby="partage-code-aide" form="mfa_login"' in html
    assert 'name="partage"' in client.get(CODE).content.decode()


def test_a_new_password_logs_out_other_devices_and_sends_an_email(sent):
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


@pytest.fixture
def admin(django_user_model):
    return django_user_model.objects.create_superuser("admin@example.org", PASSWORD)


def in_the_back_office(admin):
    client = Client()
    client.force_login(admin)
    return client


def edit_account(person, **changed):
    """Change an account as a superuser, in Wagtail's form."""

    def edit(admin):
        values = {"email": person.email, "first_name": "A", "last_name": "M", "is_active": "on"}
        groups = list(person.groups.values_list("pk", flat=True))
        address = reverse("wagtailusers_users:edit", args=[person.pk])
        answer = in_the_back_office(admin).post(address, values | {"groups": groups} | changed)
        assert answer.status_code == 302

    return edit


def enter_by_bulk(person, group):
    def enter(admin):
        address = reverse("wagtail_bulk_action", args=["directory", "user", "assign_role"])
        in_the_back_office(admin).post(f"{address}?id={person.pk}", {"role": group.pk})

    return enter


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("change", ["suspended", "editor", "editor in bulk", "admin", "no group"])
def test_a_change_of_role_ends_every_session_of_the_person(admin, change):
    """A36: on each device, and nobody else's. A change of name ends none."""
    member = Member.objects.get()
    person = member.user
    make_member(email="autre@example.org")
    group = Group.objects.create(name="Éditeurs")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    other, devices = Client(), [by_password(), by_password()]
    other.force_login(User.objects.get(email="autre@example.org"))
    edit_account(person, first_name="Awa")(admin)
    assert [is_inside(one) for one in devices] == [True, True]

    {
        "suspended": lambda by: suspend(member, by=by),
        "editor": edit_account(person, groups=[members_group().pk, group.pk]),
        "editor in bulk": enter_by_bulk(person, group),
        "admin": edit_account(person, is_superuser="on"),
        "no group": edit_account(person, groups=[]),
    }[change](admin)

    answers = [one.get("/membres/") for one in devices]
    assert {answer["Location"] for answer in answers} == {"/compte/connexion/?next=/membres/"}
    assert is_inside(other)
    assert is_inside(by_password()) == (change not in ("suspended", "no group"))


@pytest.mark.parametrize("way", [by_password, by_code])
def test_sessions_of_staff_last_a_working_day(sent, way):
    """A36: a member's lasts longer."""
    editor = User.objects.get(email=EMAIL)
    ways = {by_password: by_password, by_code: lambda: by_code(sent)}
    member_lasts = ways[way]().cookies["sessionid"]["max-age"]
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))

    team_lasts = ways[way]().cookies["sessionid"]["max-age"]

    assert (member_lasts, team_lasts) == (14 * 24 * 3600, 12 * 3600)
