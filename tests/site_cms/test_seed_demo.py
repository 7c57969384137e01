"""Commands of the demonstration. The journeys test its pages and accounts on the running site."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from directory.models import Card, Invitation, JoinRequest, Member, Organisation, User
from directory.models.search_text import searched_text
from home.access import is_member
from home.figures.answers import Scope, count_figures
from home.french import fold
from site_cms.demo.attendance import MEETING, fill_meeting
from site_cms.demo.people import make_accounts, make_network
from site_cms.demo.texts import day, write_texts
from site_cms.site_tree import ensure_site
from tests.builders import NOW, make_event, make_session


def test_seed_demo_is_refused_outside_the_demonstration(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo", "--force")


@pytest.mark.django_db
def test_seed_demo_is_refused_where_accounts_exist():
    User.objects.create_user("quelqu-un@example.org")

    with pytest.raises(CommandError, match="accounts already"):
        call_command("seed_demo")


@pytest.mark.django_db
def test_the_network_is_created_once_with_its_accounts():
    """registration 75."""
    ensure_site()
    for _time in range(2):
        make_network()
        make_accounts()

    members = [user.email for user in User.objects.all() if is_member(user)]
    assert len(members) == 24
    assert {"membre@example.org", "autre-membre@example.org"} <= set(members)
    assert Member.objects.count() == 25  # and a former member
    assert Organisation.objects.count() == 14
    assert Invitation.objects.count() == 2
    assert JoinRequest.objects.get().email == "candidate@example.org"
    assert not User.objects.filter(email="candidate@example.org").exists()
    assert not is_member(User.objects.get(email="ancienne-membre@example.org"))
    assert User.objects.get(email="editrice@example.org").check_password("demonstration")
    assert User.objects.get(email="admin@example.org").is_superuser


def test_dates_of_texts_are_relative_to_today(tmp_path):
    write_texts(tmp_path / "pages", today=date(2026, 11, 23))

    forum = (tmp_path / "pages" / "forum.md").read_text("utf-8")
    assert "published: 2026-11-11\n" in forum
    assert "start: 2026-12-21T09:30\n" in forum
    assert "{{ date" not in forum


def test_future_dates_are_never_on_a_weekend():
    assert day(date(2026, 11, 21), "7") == date(2026, 11, 30)
    assert day(date(2026, 11, 21), "-7") == date(2026, 11, 14)


def test_a_crowd_is_refused_outside_the_demonstration(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_crowd")


@pytest.mark.django_db
def test_a_crowd_is_listed_found_and_keeps_its_visibility(capsys):
    """Rows written in bulk equal those of the forms, and a second crowd is added to the first."""
    ensure_site()
    make_network()
    before = Card.objects.listed(timezone.now()).count()

    for _time in range(2):
        call_command("seed_crowd", "--members=30", "--organisations=10")

    cards = Card.objects.listed(timezone.now()).order_by("pk")
    assert cards.count() == before + 80
    assert {
        card.slug
        for card in cards.for_card()
        if (searched_text(card.specific), fold(card.specific.sorting_name))
        != (card.search_text, card.sort_key)
    } == set()


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_the_figures_of_the_demonstration_are_those_of_a_count_by_hand():
    """desk 17: 26 registered, 23 came, 13 of them members."""
    ensure_site()
    make_network()
    starts_at = NOW - timedelta(days=24)
    sessions = [make_session(starts_at=starts_at), make_session(title="Soir", starts_at=starts_at)]
    make_event(slug=MEETING, starts_at=starts_at, sessions=sessions)
    for _time in range(2):
        fill_meeting()

    found = {one.key: one for one in count_figures(Scope(NOW.year, NOW))}
    rows = {key: {row.label: row.value for row in one.rows} for key, one in found.items()}

    assert rows["inscriptions"] == {"Présentes": 23, "Absentes": 3, "Sans pointage": 0}
    assert found["personnes"].value == found["presences"].value == 23
    # Members: 4 agents, 2 elected, 7 of associations; guests, without the absent: 2 elected, 2 agents, 2 residents, 2 of an
    # association, 2 who did not say.
    assert rows["types"] == {
        "Associations et collectifs": 9, "Agent·es": 6, "Élu·es": 4, "Habitant·es": 2, "non renseigné": 2,
    }  # fmt: skip
    assert rows["territoires"] == {
        "Nord": 8, "Pas-de-Calais": 6, "Somme": 4, "Oise": 2, "Aisne": 1, "non renseigné": 2,
    }  # fmt: skip
    assert found["structures"].value == 10
