"""Three people of a town hall share one mailbox: whatever finds people finds one of them, and leaves the others."""

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from directory.departures import leave
from directory.section.data_copy import own_archive
from events.messages.announcements import tell
from events.messages.group_messages import send_out
from events.messages.reminders import remind
from events.models import EventChange, EventPage, GroupMessage, Registration
from events.registration import signup, staff
from home.models import OutgoingEmail
from site_cms.erasure import erase_departed, let_sleepers_go
from tests.builders import NOW, make_event, make_member, make_members_page, make_session
from tests.events.visitor import fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]

TOWN_HALL, NAMES = "mairie@exemple.fr", ("Marie Dupont", "Paul Martin", "Aïcha Benali")
MONTH = timedelta(days=30)


@pytest.fixture
def event(client: Client, clock: Any) -> EventPage:
    """An event to which the three registered from the computer of the town hall."""
    event = make_event(sessions=[make_session(), make_session(title="Après-midi", capacity=2)])
    sessions = [str(session.uuid) for session in event.sessions.all()]
    for name in NAMES:
        data = fill(client, event, clock, name=name, email=TOWN_HALL, sessions=sessions)
        assert client.post(event.url, data).status_code == 303
    return event


@pytest.fixture
def marie() -> Any:
    make_members_page()
    return make_member(first_name="Marie", last_name="Dupont", email=TOWN_HALL)


def of(name: str) -> Registration:
    return Registration.objects.get(name=name)


def states() -> dict[str, tuple[str, str, list[str]]]:
    """Address, state and seats of each registration, by name."""
    return {
        one.name: (one.email, one.state, [seat.state for seat in one.seats.order_by("session")])
        for one in Registration.objects.all()
    }


def letters(name: str) -> list[str]:
    """Kinds of the messages written to this person."""
    rows = OutgoingEmail.objects.filter(name_key=of(name).name_key).order_by("pk")
    return [row.kind for row in rows]


def test_each_has_a_registration_a_page_and_a_message_of_their_own(event, sent):
    """registration 13, and invariant 4."""
    assert states() == {
        "Marie Dupont": (TOWN_HALL, "active", ["confirmed", "confirmed"]),
        "Paul Martin": (TOWN_HALL, "active", ["confirmed", "confirmed"]),
        "Aïcha Benali": (TOWN_HALL, "active", ["confirmed", "waiting"]),
    }
    assert [message.to for message in sent] == [[TOWN_HALL]] * 3
    for name, message in zip(NAMES, sent, strict=True):
        assert f"Bonjour {name}," in message.body
        assert of(name).link in message.body
        assert sum(of(other).link in message.body for other in NAMES) == 1


#: What one of them does, as (client, event), and what becomes of nobody else.
DEEDS: dict[str, Callable[[Client, EventPage], Any]] = {
    "sends the form again": lambda client, event: client.post(
        event.url,
        {
            "name": "M. MARTIN Paul",
            "email": TOWN_HALL.upper(),
            "organisation": "",
            "sessions": [str(event.sessions.first().uuid)],
        },
    ),
    "cancels": lambda client, event: client.post(f"{of('Paul Martin').link}annuler/"),
    "leaves a session": lambda client, event: client.post(
        f"{of('Paul Martin').link}annuler/{event.sessions.first().uuid}/"
    ),
    "asks for a colleague’s name": lambda client, event: client.post(
        f"{of('Paul Martin').link}modifier/",
        {
            "name": "DUPONT marie",
            "organisation": "",
            "sessions": [str(session.uuid) for session in event.sessions.all()],
        },
    ),
    "asks for another address": lambda client, event: client.post(
        f"{of('Paul Martin').link}adresse/", {"email": "paul@exemple.fr"}
    ),
    "is erased": lambda client, event: client.post(f"{of('Paul Martin').link}effacer/"),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_one_does_leaves_the_registrations_of_the_others(client, event, deed):
    """Invariant 9."""
    others = {name: (states()[name][0], of(name).link) for name in NAMES if name != "Paul Martin"}

    response = DEEDS[deed](client, event)

    assert response.status_code == 303
    assert {
        name: (states()[name][0], of(name).link) for name in NAMES if name != "Paul Martin"
    } == others
    assert [states()[name][1] for name in others] == ["active", "active"]
    assert all(Client().get(link).status_code == 200 for _address, link in others.values())


def test_a_colleagues_name_is_answered_like_a_form_sent_again(client, event, outbox):
    sessions = [str(session.uuid) for session in event.sessions.all()]
    before = states()

    response = client.post(
        f"{of('Paul Martin').link}modifier/",
        {"name": "dupont MARIE", "organisation": "Ville", "sessions": sessions},
    )

    assert response["Location"].endswith("?fait=deja-inscrite")
    assert "Rien n’a changé ici" in client.get(response["Location"]).content.decode()
    assert states() == before
    assert letters("Marie Dupont") == ["inscription confirmée", "déjà inscrit·e"]


def test_staff_correct_one_and_read_why_they_cannot_give_a_colleagues_name(admin, event):
    address = reverse("events_registration_modeladmin_edit", args=[of("Paul Martin").pk])
    data = {
        "name": "Paul Martinet",
        "email": TOWN_HALL,
        "organisation": "",
        "sessions": [str(session.uuid) for session in event.sessions.all()],
        "seen": staff.version_of(of("Paul Martin")),
    }

    refused = admin.post(address, data | {"name": "Mme Aicha BENALI"})
    admin.post(address, data)

    assert refused.status_code == 200
    assert "déjà inscrite à cet événement avec cette adresse" in refused.content.decode()
    assert set(states()) == {"Marie Dupont", "Paul Martinet", "Aïcha Benali"}


def test_a_new_address_is_refused_where_the_same_person_is_registered_and_not_a_colleague(
    client, event, clock, sent
):
    elsewhere = fill(client, event, clock, name="Paul MARTIN", email="paul@exemple.fr")
    elsewhere["sessions"] = [str(event.sessions.first().uuid)]
    client.post(event.url, elsewhere)

    client.post(f"{of('Paul Martin').link}adresse/", {"email": "paul@exemple.fr"})
    client.post(f"{of('Marie Dupont').link}adresse/", {"email": "paul@exemple.fr"})

    assert [(message.to, message.subject.partition("\u00a0")[0]) for message in sent[4:]] == [
        (["paul@exemple.fr"], "Vous êtes déjà inscrit·e"),
        (["paul@exemple.fr"], "Confirmez votre adresse"),
    ]


def test_a_mistyped_address_is_corrected_towards_a_mailbox_with_colleagues(client, event, clock):
    data = fill(client, event, clock, name="Noé Petit", email="mairi@exemple.fr")
    client.post(event.url, data | {"sessions": [str(event.sessions.first().uuid)]})

    client.post("/inscriptions/corriger/", {"email": TOWN_HALL})

    assert {name: state[:2] for name, state in states().items()} == dict.fromkeys(
        (*NAMES, "Noé Petit"), (TOWN_HALL, "active")
    )


def test_a_correction_withdraws_only_what_the_same_person_has_twice(client, event, clock):
    data = fill(client, event, clock, name="Paul MARTIN", email="mairi@exemple.fr")
    client.post(event.url, data | {"sessions": [str(event.sessions.first().uuid)]})

    client.post("/inscriptions/corriger/", {"email": TOWN_HALL})

    assert states()["Paul MARTIN"][:2] == ("mairi@exemple.fr", "cancelled")
    assert {name: states()[name][1] for name in NAMES} == dict.fromkeys(NAMES, "active")


def test_a_member_sees_and_copies_what_is_theirs_and_nothing_of_colleagues(client, event, marie):
    """Invariant 9."""
    for name in NAMES:
        client.post(f"{of(name).link}annuler/")  # this message has no secret, so its text is copied
    client.post(event.url, {"name": NAMES[0], "email": TOWN_HALL, "sessions": []})
    client.force_login(marie.user)

    listed = client.get("/membres/inscriptions/").content.decode()
    archive = zipfile.ZipFile(BytesIO(own_archive(marie.user)))
    copied = archive.read("donnees.json").decode()

    assert [of(name).link in listed for name in NAMES[1:]] == [False, False]
    assert [row["name"] for row in json.loads(copied)["events-registration"]] == ["Marie Dupont"]
    assert [name in copied for name in NAMES] == [True, False, False]


def test_a_member_who_leaves_takes_their_registration_and_leaves_those_of_colleagues(
    event, marie, clock, deliver_all
):
    """Invariant 9."""
    before = {name: letters(name) for name in NAMES[1:]}

    leave.leave_network(marie.user, at=NOW)
    clock.shift(MONTH.total_seconds())
    erase_departed(NOW + MONTH)

    assert set(states()) == {"", "Paul Martin", "Aïcha Benali"}
    assert {name: states()[name][:2] for name in NAMES[1:]} == dict.fromkeys(
        NAMES[1:], (TOWN_HALL, "active")
    )
    assert {name: letters(name) for name in NAMES[1:]} == before


@pytest.mark.parametrize("place", [0, 1])
def test_a_registration_for_a_colleague_from_ones_account_survives_it(client, marie, clock, place):
    """Also if the colleague comes first."""
    event = make_event()
    client.force_login(marie.user)
    others = [name for name in NAMES if name != "Marie Dupont"]
    for name in [*others[:place], "Marie Dupont", *others[place:]]:
        client.post(event.url, fill(client, event, clock, name=name, email=TOWN_HALL))

    owners = dict(Registration.objects.values_list("name", "user"))
    leave.leave_network(marie.user, at=NOW)
    erase_departed(NOW + MONTH)

    assert owners == {"Marie Dupont": marie.user_id, "Paul Martin": None, "Aïcha Benali": None}
    assert {one.name: one.state for one in Registration.objects.exclude(name="")} == {
        "Paul Martin": "active",
        "Aïcha Benali": "active",
    }


def test_an_account_that_sleeps_is_not_kept_by_the_registrations_of_colleagues(event, marie):
    signup.cancel(registration=of("Marie Dupont"), by=None, now=NOW)
    user = marie.user
    long_ago = NOW - timedelta(days=4 * 365)
    get_user_model().objects.filter(pk=user.pk).update(
        active_at=long_ago, warned_at=long_ago, warned_again_at=NOW - 2 * MONTH
    )

    let_sleepers_go(NOW)

    user.refresh_from_db()
    assert not user.groups.exists()


def test_each_gets_the_reminder_the_message_of_the_team_and_the_announcement(
    event, somebody, clock, outbox
):
    message = GroupMessage.objects.create(
        event=event, audience="active", subject="Bus", text="À 8h", written_at=NOW + MONTH
    )

    clock.shift(60)
    send_out(message)
    send_out(message)
    event.starts_at, event.announced_end = NOW + timedelta(days=20), None
    event.save_revision().publish()
    change = EventChange.objects.get()
    for _time in range(2):
        tell(change=change, now=NOW)
    for name in NAMES:
        assert letters(name).count("message groupé") == 1
        assert letters(name).count("événement modifié") == 1

    event.sessions.update(starts_at=event.starts_at)
    clock.move_to(event.starts_at - timedelta(hours=24))
    for _time in range(2):
        remind(event.starts_at - timedelta(hours=20))
    assert [sum("rappel" in kind for kind in letters(name)) for name in NAMES] == [1, 1, 1]
