"""Inactive accounts: warned twice, kept by a button or a log-in, closed after three years (members 62)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import ModelLogEntry

from directory import emails
from directory.departures import inactivity, leave
from directory.models import Departure, User
from home.access import is_member
from home.batches import SomeFailed
from home.models import OutgoingEmail
from tests.builders import make_home, make_member

pytestmark = pytest.mark.django_db

#: Noon in winter, like all dates below.
LAST_SEEN = datetime(2024, 2, 10, 11, tzinfo=UTC)
TWO_YEARS = datetime(2026, 2, 10, 11, tzinfo=UTC)
A_MONTH_BEFORE = datetime(2027, 1, 10, 11, tzinfo=UTC)
THREE_YEARS = datetime(2027, 2, 10, 11, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
EMAIL, PASSWORD = "awa@example.org", "Une-phrase-bien-longue-7"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(LAST_SEEN, tick=False)
    make_home()
    return time_machine


@pytest.fixture
def member(clock):
    return make_member(first_name="Awa", email=EMAIL, password=PASSWORD)


@pytest.fixture
def warn(clock):
    """Run the clock's job at this time."""

    def warn_at(moment):
        clock.move_to(moment, tick=False)
        inactivity.warn(moment)

    return warn_at


def link_in(message):
    return re.search(r"http://localhost:8000(/rejoindre/rester/\S+)", message.body).group(1)


def due(moment):
    return [user.email for user in inactivity.due_accounts(moment)]


def test_each_of_two_warnings_is_sent_once_and_announces_the_dates(member, warn, sent):
    """members 62."""
    warn(TWO_YEARS - SECOND)
    assert sent == []
    for moment in (TWO_YEARS, TWO_YEARS, TWO_YEARS + DAY, A_MONTH_BEFORE - SECOND):
        warn(moment)
    assert [(message.to, message.subject) for message in sent] == [
        ([EMAIL], "Souhaitez-vous garder votre compte\u202f?")
    ]
    for moment in (A_MONTH_BEFORE, A_MONTH_BEFORE, THREE_YEARS, THREE_YEARS + 99 * DAY):
        warn(moment)

    assert [message.subject for message in sent[1:]] == [
        "Dernier rappel\u00a0: votre compte sera effacé"
    ]
    for message in sent:
        assert "n’a pas servi depuis le 10 février 2024" in message.body
        assert "à partir du 10 février 2027" in message.body
        assert "http://localhost:8000/compte/connexion/" in message.body
        assert "Garder mon compte</a>" in message.alternatives[0].content


def test_the_link_is_blanked_once_sent(member, warn):
    warn(TWO_YEARS)

    row = OutgoingEmail.objects.get()
    assert (row.state, row.text, row.html) == ("sent", "", "")


def test_the_link_opens_a_page_and_its_button_keeps_the_account(member, warn, sent):
    """members 62: opening the link does not reset the period; the button does."""
    warn(TWO_YEARS)
    stranger = Client(enforce_csrf_checks=True)

    opened = stranger.get(link_in(sent[0]))
    assert (
        "Bonjour Awa. Votre compte n’a pas servi depuis le 10 février 2024"
        in opened.content.decode()
    )
    assert "10 février 2027" in opened.content.decode()
    assert opened["Referrer-Policy"] == "no-referrer"
    assert "no-store" in opened["Cache-Control"]
    assert User.objects.get(email=EMAIL).active_at == LAST_SEEN
    done = stranger.post(link_in(sent[0]), headers={"origin": "null"})

    assert "votre compte est gardé" in done.content.decode()
    assert User.objects.get(email=EMAIL).active_at == TWO_YEARS
    assert "votre compte est gardé" in stranger.get(link_in(sent[0])).content.decode()
    warn(A_MONTH_BEFORE)
    warn(THREE_YEARS)
    assert len(sent) == 1


def test_an_account_that_became_active_is_warned_again_two_years_later(member, warn, sent):
    warn(TWO_YEARS)
    Client().post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})

    warn(datetime(2028, 2, 10, 11, tzinfo=UTC) - SECOND)
    assert len(sent) == 1
    warn(datetime(2028, 2, 10, 11, tzinfo=UTC))

    assert "depuis le 10 février 2026" in sent[1].body


def test_the_link_of_the_first_warning_is_valid_until_the_end_but_not_for_ever(
    member, warn, clock, sent
):
    warn(TWO_YEARS)

    clock.move_to(THREE_YEARS, tick=False)
    assert Client().get(link_in(sent[0])).status_code == 200
    clock.move_to(THREE_YEARS + 2 * DAY, tick=False)
    assert Client().post(link_in(sent[0])).status_code == 404

    assert User.objects.get(email=EMAIL).active_at == LAST_SEEN


def test_a_link_does_not_keep_a_closed_account(member, warn, sent):
    warn(TWO_YEARS)
    link = link_in(sent[0])

    assert Client().get("/rejoindre/rester/faux/").status_code == 404
    User.objects.update(is_active=False)
    assert Client().post(link).status_code == 404
    User.objects.update(is_active=True)
    leave.leave_network(member.user, at=TWO_YEARS)
    assert Client().post(link).status_code == 404

    assert User.objects.get(email=EMAIL).active_at == LAST_SEEN


# Which accounts are closed, and when


def test_closing_requires_three_years_and_two_warnings(member, warn):
    """members 62."""
    warn(TWO_YEARS)
    assert due(THREE_YEARS + 99 * DAY) == []
    warn(A_MONTH_BEFORE)

    assert due(THREE_YEARS - SECOND) == []
    assert due(THREE_YEARS) == [EMAIL]


def test_a_clock_that_was_stopped_for_years_warns_first(member, warn, sent):
    """members 62: nobody is erased at once, however late the clock is."""
    late = THREE_YEARS + 400 * DAY
    for moment in (late, late + 30 * DAY - SECOND):
        warn(moment)
    assert len(sent) == 1
    assert "à partir du 15 mai 2028" in sent[0].body
    warn(late + 30 * DAY)

    assert len(sent) == 2
    assert "à partir du 15 mai 2028" in sent[1].body
    assert due(late + 60 * DAY - SECOND) == []
    assert due(late + 60 * DAY) == [EMAIL]


def test_a_closed_account_has_left_on_the_day_of_the_second_warning(member, warn, clock, sent):
    """members 62: out at once, logged, and erased like members who leave."""
    client = Client()
    client.force_login(member.user)
    warn(TWO_YEARS)
    warn(A_MONTH_BEFORE)
    clock.move_to(THREE_YEARS, tick=False)

    for _time in range(2):
        inactivity.let_go(member.user, at=THREE_YEARS)

    departure = Departure.objects.get()
    assert departure.left_at == A_MONTH_BEFORE
    assert list(leave.due_departures(THREE_YEARS)) == [departure]
    assert not is_member(User.objects.get(email=EMAIL))
    assert client.get("/compte/appareils/").status_code == 302
    assert ModelLogEntry.objects.get(action="directory.fall_asleep").user_id is None
    assert len(sent) == 2


def test_an_account_that_becomes_active_at_the_last_moment_stays(member, warn):
    warn(TWO_YEARS)
    warn(A_MONTH_BEFORE)
    [found] = inactivity.due_accounts(THREE_YEARS)
    User.objects.get(email=EMAIL).note_activity(THREE_YEARS)

    inactivity.let_go(found, at=THREE_YEARS)

    assert not Departure.objects.exists()


def make_sleeper(email, **fields):
    user = User.objects.create_user(email, **fields)
    User.objects.filter(pk=user.pk).update(warned_at=TWO_YEARS, warned_again_at=A_MONTH_BEFORE)
    return user


def test_staff_and_deactivated_accounts_are_never_inactive():
    """Accounts with access to the back office by a group, a permission or as a superuser; deactivated accounts; departures."""
    access = Permission.objects.get(codename="access_admin")
    team = Group.objects.create(name="Animation")
    team.permissions.add(access)
    make_sleeper("groupe@example.org").groups.add(team)
    make_sleeper("seule@example.org").user_permissions.add(access)
    make_sleeper("admin@example.org", is_superuser=True)
    make_sleeper("fermee@example.org", is_active=False)
    leave.leave_network(make_sleeper("partie@example.org"), at=LAST_SEEN)
    make_sleeper("personne@example.org")
    User.objects.update(warned_at=None, warned_again_at=None)

    inactivity.warn(TWO_YEARS)

    rows = OutgoingEmail.objects.filter(kind="compte sans activité")
    assert [row.recipient for row in rows] == ["personne@example.org"]
    User.objects.update(warned_at=TWO_YEARS, warned_again_at=A_MONTH_BEFORE)
    assert due(THREE_YEARS) == ["personne@example.org"]


def test_suspended_members_are_warned_and_closed_too(member, warn, sent):
    member.user.groups.clear()

    warn(TWO_YEARS)
    warn(A_MONTH_BEFORE)

    assert [message.to for message in sent] == [[EMAIL], [EMAIL]]
    assert due(THREE_YEARS) == [EMAIL]


def test_inactivity_starts_on_the_day_of_the_account_without_a_log_in(member, warn, sent, clock):
    clock.move_to(LAST_SEEN + DAY, tick=False)
    make_member(email="importe@example.org", joined_at=datetime(2009, 1, 1, tzinfo=UTC))

    warn(TWO_YEARS)

    assert [message.to for message in sent] == [[EMAIL]]


def test_a_warning_that_fails_does_not_prevent_others(warn, sent, broken):
    for name in ("a", "b"):
        User.objects.create_user(f"{name}@example.org")
    broken(emails, "asleep", lambda user: user.email == "a@example.org")

    with pytest.raises(SomeFailed):
        warn(TWO_YEARS)

    assert [message.to for message in sent] == [["b@example.org"]]


def test_a_run_sends_a_limited_number_and_the_next_continues(warn, sent, monkeypatch):
    monkeypatch.setattr(inactivity, "PER_RUN", 2)
    for number in range(3):
        make_member(email=f"{number}@example.org")

    warn(TWO_YEARS)
    assert len(sent) == 2
    warn(TWO_YEARS)

    assert sorted(message.to[0] for message in sent) == [f"{n}@example.org" for n in range(3)]
