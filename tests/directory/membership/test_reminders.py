"""Reminders of the clock to staff, applicants and members, each sent once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from directory import emails
from directory.cards.reminders import ask_about_cards
from directory.membership import admission
from directory.membership.reminders import announce_requests, tell_of_late_requests
from directory.models import JoinRequest, Member, User
from home.batches import SomeFailed
from home.models import OutgoingEmail
from tests.builders import make_home, make_member

pytestmark = pytest.mark.django_db

#: 8:00 in Paris, in winter.
EIGHT = datetime(2026, 1, 20, 7, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
ANIMATOR = "animation@example.org"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(EIGHT, tick=False)
    make_home()
    return time_machine


@pytest.fixture(autouse=True)
def animator():
    """A moderator, besides a superuser who does not moderate."""
    User.objects.create_superuser("technique@example.org")
    group = Group.objects.create(name="Animation")
    group.permissions.add(Permission.objects.get(codename="change_joinrequest"))
    user = User.objects.create_user(ANIMATOR)
    user.groups.add(group)
    return user


def make_request(name="Perrine", **fields):
    defaults = {
        "first_name": name,
        "last_name": "Hallu",
        "email": f"{name.lower()}@example.org",
        "organisation_name": "Mairie de Bois",
        "reason": "Apprendre.",
        "charter_version": "1",
        "state": "confirmed",
        "confirmed_at": EIGHT - timedelta(hours=10),
    }
    return JoinRequest.objects.create(**defaults | fields)


def rows():
    return [(row.recipient, row.kind) for row in OutgoingEmail.objects.order_by("pk")]


DIGEST = (ANIMATOR, "demandes d’adhésion du jour")


def test_the_digest_is_sent_once_at_eight_and_names_the_applicants(sent):
    """members 30."""
    make_request("Perrine")
    make_request("Samir", organisation_name="")
    make_request("Jamais", state="sent", confirmed_at=None)

    for moment in (EIGHT, EIGHT + SECOND, EIGHT + timedelta(hours=9), EIGHT + DAY, EIGHT + 9 * DAY):
        announce_requests(moment)

    assert rows() == [DIGEST]
    assert sent[0].subject == "2 demandes d’adhésion à examiner"
    assert "- Perrine Hallu, Mairie de Bois\n- Samir Hallu\n" in sent[0].body
    assert "Jamais" not in sent[0].body


def test_requests_after_eight_are_announced_the_next_morning():
    """members 30."""
    make_request(confirmed_at=EIGHT)

    announce_requests(EIGHT + timedelta(hours=15))
    announce_requests(EIGHT + DAY - SECOND)
    assert rows() == []
    announce_requests(EIGHT + DAY)

    assert rows() == [DIGEST]


def test_a_day_without_requests_has_no_digest_and_in_summer_it_is_sent_at_eight_too():
    announce_requests(EIGHT)
    assert rows() == []
    seven_in_summer = datetime(2026, 7, 20, 5, tzinfo=UTC)
    make_request(confirmed_at=seven_in_summer - SECOND)
    announce_requests(seven_in_summer + timedelta(minutes=59))
    assert rows() == []
    announce_requests(seven_in_summer + timedelta(minutes=60))

    assert rows() == [DIGEST]


def test_a_clock_that_was_stopped_announces_the_day_before_too():
    make_request(confirmed_at=EIGHT - 3 * DAY)

    announce_requests(EIGHT - SECOND)

    assert rows() == [DIGEST]


def test_one_reminder_is_sent_for_a_request_pending_for_two_days(sent):
    """members 30: one reminder to moderators, one message to the applicant."""
    waiting = make_request(confirmed_at=EIGHT - 2 * DAY)
    make_request("Admise", confirmed_at=EIGHT - 9 * DAY, state="admitted", decided_at=EIGHT)

    tell_of_late_requests(EIGHT)
    assert rows() == []
    for moment in (EIGHT + SECOND, EIGHT + SECOND, EIGHT + DAY, EIGHT + 9 * DAY):
        tell_of_late_requests(moment)

    assert rows() == [
        ("perrine@example.org", "demande d’adhésion, patience"),
        (ANIMATOR, "demande d’adhésion en attente"),
    ]
    assert "n’est pas perdue" in sent[0].body
    assert "Perrine Hallu (Mairie de Bois)" in sent[1].body
    waiting.refresh_from_db()
    assert waiting.late_told_at == EIGHT + SECOND


def test_a_late_request_that_fails_does_not_prevent_the_reminders_of_others(broken):
    made = {name: make_request(name, confirmed_at=EIGHT - 3 * DAY) for name in ("Awa", "Bo")}
    broken(emails, "request_is_late", lambda request, moderator: request == made["Awa"])

    with pytest.raises(SomeFailed):
        tell_of_late_requests(EIGHT)

    assert [recipient for recipient, _kind in rows()] == ["bo@example.org", ANIMATOR]


def test_without_moderators_the_superusers_are_told():
    Group.objects.all().delete()
    make_request()

    announce_requests(EIGHT)

    assert [recipient for recipient, _kind in rows()] == ["technique@example.org"]


# Cards


def make_confirmed(moment, **fields):
    member = make_member(confirmed_at=moment, **fields)
    return Member.objects.get(pk=member.pk)


CONFIRMED = datetime(2025, 3, 10, 12, tzinfo=UTC)
A_YEAR_LATER = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_members_are_asked_about_their_card_once_a_year(sent):
    make_confirmed(CONFIRMED, first_name="Awa", email="awa@example.org")

    ask_about_cards(A_YEAR_LATER - SECOND)
    assert sent == []
    for moment in (A_YEAR_LATER, A_YEAR_LATER + DAY, A_YEAR_LATER + 300 * DAY):
        ask_about_cards(moment)
    assert [message.to for message in sent] == [["awa@example.org"]]
    assert "à partir du 10 septembre 2026" in sent[0].body
    ask_about_cards(datetime(2027, 3, 10, 12, tzinfo=UTC))

    assert len(sent) == 2
    assert "le bouton l’y remet" in sent[1].body


def test_members_who_confirmed_are_new_or_suspended_are_not_asked(sent, animator):
    late = make_confirmed(CONFIRMED, email="suspendue@example.org")
    admission.suspend(late, by=animator)
    asked = make_confirmed(CONFIRMED, email="confirme@example.org")
    asked.confirm(A_YEAR_LATER - SECOND)
    make_member(confirmed_at=timezone.now())

    ask_about_cards(A_YEAR_LATER)

    assert sent == []


def test_a_card_that_fails_does_not_prevent_the_reminders_of_others(sent, broken):
    for name in ("awa", "bo"):
        make_confirmed(CONFIRMED, first_name=name, email=f"{name}@example.org")
    broken(emails, "still_true", lambda member, email, at: email == "awa@example.org")

    with pytest.raises(SomeFailed):
        ask_about_cards(A_YEAR_LATER)

    assert [message.to for message in sent] == [["bo@example.org"]]
