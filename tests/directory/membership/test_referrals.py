"""Invitations of colleagues reveal nothing about their address."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from directory.departures.retention import forget_colleagues
from directory.membership import admission
from directory.membership.referrals import KEPT
from directory.models import ColleagueInvitation, JoinRequest, Suppression, User
from tests.builders import (
    NOW,
    make_join_page,
    make_member,
    make_members_page,
    make_organisation,
    make_territory,
)

pytestmark = pytest.mark.django_db

INVITE = "/membres/inviter/"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_members_page()
    make_join_page()
    make_territory("Oise", code="60")
    return time_machine


@pytest.fixture
def host(client):
    member = make_member(
        first_name="Awa",
        last_name="Membre",
        email="awa@example.org",
        organisation=make_organisation("La Halle"),
    )
    client.force_login(member.user)
    return member


def send(client, **changed):
    colleague = {"first_name": "Samir", "last_name": "Diallo", "email": "samir@example.org"}
    return client.post(INVITE, colleague | changed)


def link_in(message):
    return re.search(r"http://localhost:8000(/rejoindre/\S+)", message.body).group(1)


@pytest.mark.ignore_template_errors
def test_the_request_of_an_invited_colleague_shows_the_member_who_invited_them(
    client, host, clock, sent
):
    send(client, word="Tu devrais venir.")
    assert (sent[0].to, sent[0].subject) == (
        ["samir@example.org"],
        "Awa Membre vous invite à rejoindre le réseau",
    )
    assert "Tu devrais venir." in sent[0].body
    assert "awa@example.org" not in sent[0].body

    guest = Client()
    form = guest.get(link_in(sent[0])).context["form"]
    known = {
        name: form[name].value()
        for name in ("first_name", "last_name", "email", "organisation", "invitation")
    }
    assert (known["first_name"], known["email"], known["organisation"]) == (
        "Samir",
        "samir@example.org",
        "La Halle",
    )
    guest.post("/rejoindre/", known | {"reason": "Apprendre", "charter": "on"})

    request = JoinRequest.objects.get()
    assert (request.state, request.invited_by) == ("sent", host.user)
    confirm = re.search(r"(/rejoindre/confirmer/\S+)", sent[1].body).group(1)
    guest.post(confirm)
    request.refresh_from_db()
    admin = User.objects.create_superuser("admin@example.org")
    staff = Client()
    staff.force_login(admin)
    assert "invité·e par Awa Membre" in hints_of(staff)
    member = admission.admit(request, by=admin, at=NOW)
    assert member.organisation == host.organisation


def hints_of(staff):
    return staff.get("/admin/directory/joinrequest/").content.decode()


def test_the_answer_is_the_same_for_known_and_unknown_addresses(client, host, clock, sent):
    """A16."""
    make_member(email="membre@example.org")
    Suppression.add("partie@example.org", at=NOW)
    JoinRequest.objects.create(
        first_name="A", last_name="B", email="demande@example.org", reason="x", charter_version="1"
    )
    shown = []
    for address in ("membre", "partie", "demande", "nouvelle"):
        answer = send(client, email=f"{address}@example.org")
        page = client.get(answer["Location"]).content.decode()
        shown.append(
            (answer.status_code, answer["Location"], re.sub(r'value="[\w-]{64}"', "", page))
        )

    assert all(one == shown[0] for one in shown)
    assert [message.to for message in sent] == [["nouvelle@example.org"]]


def test_an_address_is_invited_once_and_a_member_can_invite_five_a_day(client, host, clock, sent):
    for _twice in range(2):
        send(client)
    for number in range(3):
        send(client, email=f"n{number}@example.org")
    refused = send(client, email="sixieme@example.org")

    assert (refused.status_code, len(sent)) == (429, 4)
    assert "attendez demain" in refused.content.decode()
    clock.shift(timedelta(days=1))
    assert send(client, email="sixieme@example.org").status_code == 302
    assert len(sent) == 5


def test_many_posts_for_one_address_are_stopped(client, host, clock, outbox):
    """A17, members 20."""
    statuses = [send(client).status_code for _post in range(25)]

    assert (statuses[-1], len(outbox())) == (429, 1)


def test_a_person_who_filled_the_trap_ticks_a_box_and_loses_nothing(client, host, outbox):
    asked = send(client, word="Viens\u00a0!", sujet_libre="bonjour")
    written = (ColleagueInvitation.objects.count(), outbox())
    ticked = send(client, word="Viens\u00a0!", sujet_libre="bonjour", pas_un_robot="on")

    assert asked.status_code == 200
    assert "Je ne suis pas un robot" in asked.content.decode()
    assert "Viens\u00a0!" in asked.content.decode()
    assert written == (0, [])
    assert (ticked.status_code, len(outbox())) == (302, 1)


def test_invalid_input_shows_errors_and_nothing_is_written(client, host, clock, outbox):
    answer = send(client, email="pas une adresse", word="x" * 401)

    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"email", "word"}
    assert (ColleagueInvitation.objects.count(), outbox()) == (0, [])


def test_a_link_is_valid_for_thirty_days_and_the_invitation_is_then_deleted(
    client, host, clock, sent
):
    send(client)
    sent_at = ColleagueInvitation.objects.get().sent_at
    link = link_in(sent[0])
    forget_colleagues(sent_at + KEPT - SECOND)
    clock.move_to(sent_at + KEPT - SECOND, tick=False)
    assert Client().get(link).context["form"]["first_name"].value() == "Samir"

    clock.move_to(sent_at + KEPT, tick=False)
    assert Client().get(link).context["form"]["first_name"].value() is None
    forget_colleagues(sent_at + KEPT)

    assert not ColleagueInvitation.objects.exists()
    for false in ("faux", "", "9" * 50, "\x00"):
        assert Client().get("/rejoindre/", {"invitation": false}).status_code == 200
