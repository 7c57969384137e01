"""Each account has one confirmed primary address, its own, however it was made and whatever happens to it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.accounts.addresses import confirm_addresses, lost_addresses
from directory.member_import.enrolment import enrol_lines
from directory.member_import.spreadsheet import read_lines
from directory.membership.admission import admit
from directory.models import JoinRequest, User
from site_cms.demo.crowd import make_crowd
from site_cms.demo.people import make_accounts, make_network
from site_cms.site_tree import ensure_site
from tests.builders import make_home, make_member, make_members_page

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,
]  # the screens are Wagtail’s
PASSWORD = "un mot de passe assez long"


@pytest.fixture(autouse=True)
def site():
    make_home()
    make_members_page()


def admission():
    request = JoinRequest.objects.create(
        first_name="Odile",
        last_name="Exemple",
        email="odile@example.org",
        charter_version="1",
        state=JoinRequest.State.CONFIRMED,
        sent_at=timezone.now(),
    )
    admit(request, by=User.objects.create_superuser("admin@example.org"), at=timezone.now())


def createsuperuser():
    call_command("createsuperuser", "--noinput", email="Odile@Example.org", verbosity=0)


def imported():
    content = "Prénom;Nom;E-mail\r\nOdile;Exemple;odile@example.org\r\n".encode()
    assert not any(
        one.refusal for one in enrol_lines(read_lines("liste.csv", content), invite=False)
    )


def demonstration():
    ensure_site()
    make_network()
    make_accounts()


def users_screen():
    User.objects.create_superuser("admin@example.org")
    answer = in_users_screen(reverse("wagtailusers_users:add"), email="Odile@Example.org")
    assert answer.status_code == 302


def in_users_screen(address, **fields):
    client = Client()
    client.force_login(User.objects.get(is_superuser=True))
    data = {"first_name": "Odile", "last_name": "Exemple", "is_active": "on"}
    return client.post(address, data | {"password1": PASSWORD, "password2": PASSWORD} | fields)


def saved_by_code():
    user = User(email=" Odile@Example.org")
    user.set_unusable_password()
    user.save()


WAYS = [
    admission,
    createsuperuser,
    imported,
    demonstration,
    users_screen,
    saved_by_code,
    lambda: User.objects.create_user("Odile@example.org"),
    lambda: User.objects.get_or_create(email="odile@example.org"),
    lambda: make_member(email="odile@example.org"),
    lambda: make_crowd(members=3, organisations=1),
]


def confirmed():
    rows = EmailAddress.objects.filter(verified=True, primary=True)
    return sorted(rows.values_list("user", "email"))


def own():
    return sorted(User.objects.values_list("pk", "email"))


@pytest.mark.parametrize("way", WAYS)
def test_an_account_is_born_with_its_confirmed_address(way):
    way()

    assert User.objects.exists()
    assert confirmed() == own()
    assert EmailAddress.objects.count() == User.objects.count()
    assert all(email == email.strip().lower() for _user, email in own())


def test_an_address_changed_by_staff_is_confirmed_and_ends_a_change_that_waited():
    User.objects.create_superuser("admin@example.org")
    user = User.objects.create_user("odile@example.org", first_name="Odile", last_name="Exemple")
    EmailAddress.objects.create(user=user, email="odlie@example.org")

    answer = in_users_screen(
        reverse("wagtailusers_users:edit", args=[user.pk]), email="o.exemple@example.org"
    )

    assert answer.status_code == 302
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [
        ("o.exemple@example.org", True)
    ]


def test_staff_may_not_give_one_address_to_two_accounts():
    User.objects.create_superuser("admin@example.org")
    User.objects.create_user("odile@example.org")

    answer = in_users_screen(reverse("wagtailusers_users:add"), email="ODILE@example.org")

    assert answer.status_code == 200
    assert User.objects.filter(email__iexact="odile@example.org").count() == 1


def test_the_database_refuses_an_empty_address():
    user = User.objects.create_user("odile@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="")


def test_a_release_repairs_accounts_written_without_save(settings, capsys):
    settings.DEMO = False
    user, neighbour = (User.objects.create_user(f"{name}@example.org") for name in ("a", "b"))
    EmailAddress.objects.filter(user=user).update(verified=False, primary=False)
    EmailAddress.objects.filter(user=neighbour).update(email="c@example.org")
    User.objects.filter(pk=user.pk).update(email="C@example.org")

    call_command("release")

    assert confirmed() == own() == [(user.pk, "c@example.org"), (neighbour.pk, "b@example.org")]
    assert EmailAddress.objects.count() == 2
    assert capsys.readouterr().err == ""


def test_a_release_names_the_accounts_that_lost_their_address(settings, capsys):
    settings.DEMO = False
    User.objects.create_user("adresse-perdue-7@adresse.invalid")

    call_command("release")

    assert lost_addresses() == ["adresse-perdue-7@adresse.invalid"]
    assert "adresse-perdue-7@adresse.invalid: this account lost its address" in (
        capsys.readouterr().err
    )


def test_repairing_a_repaired_database_writes_nothing(django_assert_num_queries):
    make_member()

    with django_assert_num_queries(1):
        confirm_addresses()


@pytest.fixture
def team():
    """Two accounts of the team, logged in with their passwords."""
    return [logged_in(f"{name}@example.org") for name in ("un", "deux")]


def logged_in(email):
    User.objects.create_superuser(email, PASSWORD)
    client = Client()
    client.post("/compte/connexion/", {"login": email, "password": PASSWORD})
    client.post("/compte/identite/", {"password": PASSWORD})
    return client


def ask(client, email):
    return client.post("/compte/adresse/", {"email": email, "action_add": ""})


def test_a_mistyped_address_leaves_the_old_one_until_it_is_confirmed(team, sent):
    for client in team:
        for mistyped in ("tout-faux@example.org", "faux@example.org"):
            assert ask(client, mistyped).status_code == 302
        page = client.get("/compte/adresse/").content.decode()
        assert "faux@example.org" in page

    assert confirmed() == own()
    assert {email for _user, email in own()} == {"un@example.org", "deux@example.org"}


def test_nobody_logs_in_with_an_address_that_waits_for_its_confirmation(team, sent, outbox):
    ask(team[0], "faux@example.org")
    sent.clear()

    for path in ("/compte/connexion/code/", "/compte/mot-de-passe/oublie/"):
        Client().post(path, {"email": "faux@example.org"})

    assert sent == []


def test_two_accounts_want_one_address_and_the_first_to_confirm_has_it(team, sent):
    links = []
    for client in team:
        cache.clear()  # the limit of messages to one address, tested elsewhere
        ask(client, "commune@example.org")
        links += re.findall(r"/compte/adresse/confirmer/\S+/", sent[-1].body)

    answers = [client.post(link, follow=True) for client, link in zip(team, links, strict=True)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert confirmed() == own()
    assert {email for _user, email in own()} == {"commune@example.org", "deux@example.org"}
    assert "ne peut pas être confirmée" in answers[1].content.decode()


@pytest.mark.parametrize("action", ["action_remove", "action_primary"])
def test_the_only_confirmed_address_can_be_neither_removed_nor_replaced_unconfirmed(team, action):
    ask(team[0], "faux@example.org")
    before = own()

    for email in ("un@example.org", "faux@example.org"):
        team[0].post("/compte/adresse/", {"email": email, action: ""})

    assert own() == before == confirmed()


def test_accounts_of_the_demonstration_include_staff_and_a_former_member():
    demonstration()

    assert Group.objects.filter(user__email="editrice@example.org").exists()
    assert confirmed() == own()
