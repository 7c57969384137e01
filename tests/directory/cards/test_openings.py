"""Staff see which members opened an unusual number of cards, without which cards (members 38, members A46)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.departures.retention import forget_openings
from directory.models import CardOpenings, User
from directory.models.querysets import UNUSUAL
from home.access import WATCHERS
from tests.builders import NOW, make_member, make_members_page, make_organisation

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
CARD = "/membres/annuaire/zoe-exemple/"


@pytest.fixture(autouse=True)
def section(time_machine):
    time_machine.move_to(NOW, tick=False)
    return make_members_page()


@pytest.fixture(autouse=True)
def zoe():
    return make_member(first_name="Zoé")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def counted() -> list[tuple[str, int]]:
    return [(row.user.first_name, row.count) for row in CardOpenings.objects.filter(day=TODAY)]


def test_each_card_that_a_member_opens_is_counted_for_the_day(time_machine):
    """Acceptance members 38, A46: the page and the vCard. A missing card is not counted."""
    make_organisation("La Halle")
    client = client_of(make_member(first_name="Awa").user)

    for address in (CARD, CARD, f"{CARD}contact/", "/membres/annuaire/la-halle/"):
        assert client.get(address).status_code == 200, address
    for address in ("/membres/annuaire/", "/membres/annuaire/personne/"):
        client.get(address)
    assert counted() == [("Awa", 4)]

    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    client.get(CARD)
    assert sorted(CardOpenings.objects.values_list("count", flat=True)) == [1, 4]


@pytest.mark.ignore_template_errors  # the bar of an administrator
def test_ones_own_card_staff_and_the_nightly_check_are_not_counted(zoe):
    editor = make_member(first_name="Édith").user
    editor.groups.add(Group.objects.create(name="Éditeurs"))
    watcher = make_member(email=f"veille{WATCHERS}").user
    admin = User.objects.create_superuser("admin@example.org")

    for user in (zoe.user, editor, watcher, admin):
        assert client_of(user).get(CARD).status_code == 200
        assert client_of(user).get(f"{CARD}contact/").status_code == 200

    assert counted() == []


def test_counting_costs_one_query_and_does_not_change_the_card(zoe):
    client = client_of(make_member().user)
    first = client.get(CARD).content

    with CaptureQueriesContext(connection) as captured:
        again = client.get(CARD).content

    assert again == first
    written = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert len(written) == 1
    assert "directory_cardopenings" in written[0]
    assert len(captured) <= 16


@pytest.mark.ignore_template_errors  # Wagtail's own
def test_staff_are_told_which_members_opened_too_many_cards():
    """Acceptance members 38, A46: the name, the number and the day, for staff who can suspend members only."""
    many, usual = make_member(first_name="Gil").user, make_member(first_name="Lou").user
    CardOpenings.objects.create(user=many, day=TODAY, count=UNUSUAL)
    CardOpenings.objects.create(user=usual, day=TODAY, count=UNUSUAL)
    client_of(many).get(CARD)

    def told(*permissions: str) -> str:
        staff = make_member().user
        names = ("access_admin", *permissions)
        staff.user_permissions.set(Permission.objects.filter(codename__in=names))
        return client_of(staff).get("/admin/").content.decode()

    page = told("change_member")
    assert f"Gil Exemple\u00a0: {UNUSUAL + 1}\u00a0fiches le 1" in page
    assert "Lou Exemple" not in page
    assert "Gil Exemple" not in told("view_joinrequest")


def test_counts_are_deleted_after_thirty_days(zoe):
    for days in (31, 30, 0):
        CardOpenings.objects.create(user=zoe.user, day=TODAY - timedelta(days=days))

    for _time in range(2):
        forget_openings(NOW)

    assert [(TODAY - row.day).days for row in CardOpenings.objects.all()] == [0, 30]
