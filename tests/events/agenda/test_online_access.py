"""Access to a video conference's address, and where it must never appear."""

import json
import re
from base64 import b64decode
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.agenda.online_access import online_address_for
from events.models import EventPage, Registration
from events.registration import emails
from home.access import MEMBERS_GROUP
from tests.builders import NOW, make_agenda, make_event, make_registration, make_session

pytestmark = pytest.mark.django_db

ROOM = "https://visio.example.org/salle-secrete"


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def make_online(**fields: Any) -> EventPage:
    return make_event(
        **{"mode": "online", "online_url": ROOM, "sessions": [make_session()]} | fields
    )


def make_user(*groups: str) -> Any:
    user = get_user_model().objects.create_user("membre@example.org")
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])
    return user


def make_seat(event: EventPage, **fields: Any) -> Registration:
    return make_registration(event, event.sessions.get(), **fields)


@pytest.mark.parametrize("mode", ["online", "hybrid"])
def test_public_pages_and_files_never_contain_the_address(client, mode):
    make_agenda()
    event = make_online(mode=mode)

    for address in (event.url, f"{event.url}evenement.ics", "/agenda/calendrier.ics", "/agenda/"):
        assert ROOM not in client.get(address).content.decode().replace("\r\n ", ""), address
    html = client.get(event.url).content.decode()
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html).group(1)
    read = next(one for one in json.loads(data) if one["@type"] == "Event")
    places = read["location"] if mode == "hybrid" else [read["location"]]
    assert places[-1] == {"@type": "VirtualLocation", "url": read["url"]}


def test_a_person_with_a_seat_finds_the_address_on_the_page_and_in_their_registrations(client):
    event, user = make_online(), make_user()
    make_seat(event, user=user)
    client.force_login(user)

    response = client.get(event.url)

    assert f'<a href="{ROOM}">Rejoindre en ligne</a>' in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"


def test_people_without_a_confirmed_seat_do_not_get_the_address():
    event, user = make_online(), make_user(MEMBERS_GROUP)
    waiting = make_seat(event, user=user)
    waiting.seats.update(state="waiting")
    make_seat(event, user=user, state="cancelled", cancelled_at=NOW)
    make_seat(make_online(), user=user)
    make_seat(event)

    assert online_address_for(event, user) == ""
    assert [one.online_address for one in event.registrations.filter(user=user)] == ["", ""]


@pytest.mark.parametrize(
    ("audience", "public", "member"), [("all", ROOM, ROOM), ("members", "", ROOM)]
)
def test_an_event_without_registration_gives_the_address_to_everyone_admitted(
    audience, public, member
):
    event = make_online(registration_form="none", registration_audience=audience)

    assert online_address_for(event, AnonymousUser()) == public
    assert online_address_for(event, make_user(MEMBERS_GROUP)) == member


def test_an_event_on_site_has_no_address_to_give():
    event = make_online(mode="onsite", registration_form="none")

    assert online_address_for(event, AnonymousUser()) == ""


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_the_confirmation_and_its_calendar_contain_the_address(outbox):
    registration = make_seat(make_online())

    emails.registration_confirmed(registration)

    [message] = outbox()
    calendar = b64decode(message.attachments[0]["content"]).decode().replace("\r\n ", "")
    assert f"Visioconférence : {ROOM}" in message.text
    assert ROOM in message.html
    assert f"DESCRIPTION:Visioconférence : {ROOM}" in calendar


def test_an_event_without_an_address_costs_no_query(client):
    event, user = make_event(), make_user()

    with CaptureQueriesContext(connection) as queries:
        online_address_for(event, user)

    assert len(queries) == 0
