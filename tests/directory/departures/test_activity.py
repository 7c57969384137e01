"""The date of an account's last activity. Opened e-mails and robots do not change it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from directory.cards.reminders import ask_about_cards
from directory.departures import leave
from directory.departures.activity import note_visits
from directory.membership import admission
from directory.models import Departure, User
from home.models import StandardPage
from tests.builders import NOW, make_home, make_member, make_members_page

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD = "awa@example.org", "Une-phrase-bien-longue-7"
DAY = timedelta(days=1)
LATER = NOW + 700 * DAY


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    section = make_members_page()
    section.add_child(instance=StandardPage(title="Réservée", slug="reservee"))
    return time_machine


@pytest.fixture
def member(clock):
    """A member who was warned once. The test then travels on."""
    member = make_member(email=EMAIL, password=PASSWORD)
    User.objects.filter(pk=member.user_id).update(warned_at=NOW, warned_again_at=NOW)
    clock.move_to(LATER, tick=False)
    return member


def noted():
    return User.objects.values_list("active_at", "warned_at", "warned_again_at").get(email=EMAIL)


ASLEEP, AWAKE = (NOW, NOW, NOW), (LATER, None, None)


def test_a_log_in_is_activity_by_password_and_by_code(member, sent, clock):
    """members 62."""
    Client().post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})
    assert noted() == AWAKE

    clock.move_to(LATER + 30 * DAY, tick=False)
    client = Client()
    client.post("/compte/connexion/code/", {"email": EMAIL})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", sent[-1].body, re.MULTILINE).group()
    assert noted() == AWAKE  # anyone can request a code
    client.post("/compte/connexion/code/saisie/", {"code": code})

    assert noted() == (LATER + 30 * DAY, None, None)


def test_the_log_in_of_a_suspended_member_is_activity_too(member):
    member.user.groups.clear()

    Client().post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})

    assert noted() == AWAKE


@pytest.mark.parametrize("address", ["/membres/", "/membres/annuaire/", "/membres/reservee/"])
def test_any_page_of_the_section_is_activity(member, address):
    """members 62: sessions are long, and log-ins rare."""
    client = Client()
    client.force_login(member.user)
    assert noted() == ASLEEP

    assert client.get(address).status_code == 200

    assert noted() == AWAKE


def test_activity_is_written_once_a_day_and_costs_no_other_query(member, clock):
    client = Client()
    client.force_login(member.user)
    written = []

    for moment in (LATER, LATER, LATER + DAY - timedelta(seconds=1), LATER + DAY):
        clock.move_to(moment, tick=False)
        with CaptureQueriesContext(connection) as captured:
            client.get("/membres/reservee/")
        written.append(sum(query["sql"].startswith("UPDATE") for query in captured))

    assert written == [1, 0, 0, 1]


def test_anonymous_visitors_are_not_asked_for_activity(django_assert_num_queries):
    page, visitor = make_home(), RequestFactory().get("/membres/")
    visitor.is_private, visitor.user = True, AnonymousUser()

    with django_assert_num_queries(0):
        note_visits(lambda *asked: "answered")(page, visitor, (), {})


def test_actions_of_others_and_public_pages_are_not_activity(member):
    """A public page, a refused page, a wrong password, a suspension by staff."""
    admin = User.objects.create_superuser("admin@example.org")
    Client().post("/compte/connexion/", {"login": EMAIL, "password": "faux"})
    client = Client()
    client.force_login(member.user)
    client.get("/")
    admission.suspend(member, by=admin)
    client.force_login(member.user)
    assert client.get("/membres/").status_code == 403

    assert noted() == ASLEEP


def test_confirming_the_card_by_email_is_activity_and_opening_its_link_is_not(member, sent):
    """members 62: opening the link does not reset the period; the button does."""
    ask_about_cards(LATER)
    link = re.search(r"http://localhost:8000(/rejoindre/fiche/\S+)", sent[0].body).group(1)

    Client().get(link)
    assert noted() == ASLEEP
    Client().post(link)

    assert noted() == AWAKE


def test_coming_back_and_reinstatement_restart_the_period_of_inactivity(member):
    admin = User.objects.create_superuser("admin@example.org")
    leave.leave_network(member.user, at=LATER)
    assert noted() == ASLEEP
    leave.undo_departure(Departure.objects.get(), at=LATER)
    assert noted() == AWAKE

    admission.suspend(member, by=admin)
    admission.reinstate(member, by=admin, at=LATER + DAY)

    assert noted() == (LATER + DAY, None, None)
