"""The door: who may read it and when, what it shows, and what telephones send to it."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import brotli
import pytest
import time_machine
from django.contrib.staticfiles.finders import find
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.check_in import codes, views
from events.check_in.doors import close_door, open_door
from events.models import CheckIn, Door, EventPage, Registration, Session
from events.registration import signup
from events.registration.door_codes import qr_text
from tests.builders import NOW, make_event, make_member, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]

#: 9h22 in Paris, on the day of the event.
AT_THE_DOOR = datetime(2026, 6, 1, 7, 22, tzinfo=UTC)


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def make_today(**fields: Any) -> EventPage:
    """Create an event of today, from noon to two in Paris, with a session of two places."""
    return make_event(
        title="Rencontre du jour",
        starts_at=NOW,
        sessions=[make_session(starts_at=NOW, capacity=2)],
        **fields,
    )


def make_person(event: EventPage, name: str, **fields: Any) -> Registration:
    return make_registration(event, event.sessions.get(), name=name, **fields)


def door_of(event: EventPage) -> Door:
    return open_door(event=event, by=make_member().user, now=NOW)


def send(client: Client, door: Door, *entries: dict[str, Any], **more: Any) -> Any:
    data = {"entries": entries, "device": "téléphone A", "now": millis(NOW)} | more
    return client.post(f"{door.address}liste/", json.dumps(data), content_type="application/json")


def entry(person: Any, session: Session, **fields: Any) -> dict[str, Any]:
    return {
        "uuid": str(uuid4()),
        "kind": "present",
        "registration": str(getattr(person, "uuid", person)),
        "session": str(session.uuid),
        "at": millis(AT_THE_DOOR),
    } | fields


def walk_in(session: Session, **fields: Any) -> dict[str, Any]:
    key = str(uuid4())
    person = {"name": "Noé Exemple", "organisation": "Ville d’Arras", "email": "", "consent": True}
    return entry(key, session, uuid=key, kind="walk_in") | person | fields


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (datetime(2026, 5, 31, 21, 59, tzinfo=UTC), 404),
        (datetime(2026, 5, 31, 22, 0, tzinfo=UTC), 200),
        (datetime(2026, 6, 2, 21, 59, tzinfo=UTC), 200),
        (datetime(2026, 6, 2, 22, 0, tzinfo=UTC), 404),
    ],
)
def test_the_link_is_good_on_the_days_of_the_event_only(client, moment, status):
    """desk 11: in Europe/Paris, from midnight to midnight; of an event of two days here."""
    event = make_event(starts_at=NOW, announced_end=NOW + timedelta(days=1, hours=2))
    door = door_of(event)

    with time_machine.travel(moment, tick=False):
        got = [client.get(door.address), client.get(f"{door.address}liste/")]

    assert [one.status_code for one in got] == [status, status]


def test_a_replaced_or_closed_link_and_a_cancelled_event_are_not_found(client):
    """desk 11: nothing of it, and nothing can be sent."""
    event = make_today()
    person = make_person(event, "Camille")
    first = door_of(event)
    second = open_door(event=event, by=first.opened_by, now=NOW)

    assert client.get(first.address).status_code == 404
    assert client.get(second.address).status_code == 200
    close_door(event=event)
    assert client.get(second.address).status_code == 404
    assert send(client, second, entry(person, event.sessions.get())).status_code == 404
    third = door_of(event)
    EventPage.objects.filter(pk=event.pk).update(status="cancelled")
    assert client.get(third.address).status_code == 404


def test_the_door_shows_names_structures_and_presence_but_no_address_and_no_answer(client):
    event = make_today()
    make_person(
        event,
        "Zoé Éluard",
        organisation="Ville d’Arras",
        email="zoe@example.org",
        answers={str(uuid4()): {"label": "Régime", "retention": "short", "value": "sans gluten"}},
    )
    make_registration(make_today(), name="D’un autre événement")
    door = door_of(event)

    page = client.get(f"{door.address}?q=ARRAS eluard")
    listed = client.get(f"{door.address}liste/")

    for answer in (page, listed):
        text = answer.content.decode()
        assert "Zoé" in text or "Zo\\u00e9" in text
        assert not any(word in text for word in ("@", "gluten", "autre événement"))
    people = [(one["name"], one["structure"]) for one in listed.json()["people"]]
    assert people == [("Zoé Éluard", "Ville d’Arras")]


def test_the_page_and_its_files_are_light(client):
    """60 kB at most travel before the first tick, with a hundred people on the list."""
    event = make_today(capacity=200)
    for number in range(100):
        make_person(event, f"Personne {number} de la Rivière", organisation="Ville d’Arras")
    page = client.get(door_of(event).address).text
    linked = re.findall(r"<(?:script src|link rel=\"[a-z]+\" href)=\"/static/([^\"]+)\"", page)
    sheets = [path for path in linked if path.endswith(".css")]
    others = [path for path in linked if not path.endswith(".css")]

    # The parts of the site's stylesheet travel as one file.
    files = [b"".join(map(content_of, sheets)), *map(content_of, others), page.encode()]

    assert len(others) == 4  # an icon and three scripts
    assert sum(len(brotli.compress(file)) for file in files) <= 60_000


def content_of(path: str) -> bytes:
    return Path(str(find(path))).read_bytes()


def test_people_are_ticked_and_undone_by_buttons_alone(client):
    """desk 13: the page without JavaScript."""
    event = make_today()
    person = make_person(event, "Camille Exemple")
    door, session = door_of(event), event.sessions.get()

    with time_machine.travel(AT_THE_DOOR, tick=False):
        ticked = client.post(door.address, {"pointer": person.uuid})
        page = client.get(ticked["Location"]).content.decode()
        assert "déjà pointée à 9h22" in page
        assert "1\u00a0personne présente" in page
    undone = client.post(door.address, {"annuler": person.uuid})

    assert (ticked.status_code, undone.status_code) == (303, 303)
    assert person.seats.get().present_at is None
    assert list(session.check_ins.values_list("kind", "source")) == [
        ("present", "door"),
        ("undone", "door"),
    ]


def test_a_form_adds_somebody_over_the_capacity_and_asks_for_consent(client):
    event = make_today()
    make_person(event, "Un"), make_person(event, "Deux")
    door = door_of(event)
    data = {"ajouter": "1", "name": "Noé Exemple", "email": "", "organisation": "Ville d’Arras"}

    refused = client.post(door.address, data)
    added = client.post(door.address, data | {"consent": "on"})

    assert (refused.status_code, added.status_code) == (422, 303)
    assert "Demandez à la personne" in refused.content.decode()
    noe = Registration.objects.get(on_site=True)
    seat = noe.seats.get()
    assert (seat.is_confirmed, seat.over_capacity, seat.is_present) == (True, True, True)
    page = client.get(door.address).content.decode()
    assert "sur place, hors quota" in page


def test_a_queue_may_be_sent_again_and_by_two_telephones(client):
    """desk 8, 9: nothing changes the second time, and the later telephone is told."""
    event = make_today()
    door, session = door_of(event), event.sessions.get()
    first, second = make_person(event, "Un"), make_person(event, "Deux")
    left = entry(second, session)
    queue = [
        entry(first, session, at=millis(AT_THE_DOOR)),
        left,
        entry(second, session, kind="undone", at=millis(AT_THE_DOOR) + 1000),
        walk_in(session),
    ]

    answers = [send(client, door, *queue).json() for _ in range(2)]
    late = entry(first, session, at=millis(AT_THE_DOOR) + 60_000)
    other = send(client, door, late, device="téléphone B").json()

    assert answers[0] == answers[1] == {"answers": [{"uuid": one["uuid"]} for one in queue]}
    assert other["answers"] == [
        {"uuid": late["uuid"], "known": "déjà pointée à 9h22 (téléphone A)"}
    ]
    assert Registration.objects.count() == 3
    assert list(Registration.objects.present().order_by("pk").values_list("name", flat=True)) == [
        "Un",
        "Noé Exemple",
    ]
    assert CheckIn.objects.count() == 5


def test_one_wrong_entry_is_refused_and_the_others_go(client):
    """desk 14: each has its own answer, in words."""
    event = make_today()
    door, session = door_of(event), event.sessions.get()
    person, gone = make_person(event, "Un"), make_person(event, "Deux")
    signup.cancel(registration=gone, by=None, now=NOW)
    other = make_today()
    wrong: list[Any] = [
        entry(gone, session),
        entry(make_person(other, "Trois"), session),
        entry(person, other.sessions.get()),
        entry(person, session, kind="danse"),
        entry(person, session, at="hier"),
        entry(person, session, uuid="1"),
        walk_in(session, name=""),
        walk_in(session, email="a@b"),
        walk_in(session, consent=False),
        "rien",
    ]

    answers = send(client, door, *wrong, entry(person, session)).json()["answers"]

    assert [bool(one.get("refused")) for one in answers] == [True] * len(wrong) + [False]
    assert "annulée" in answers[0]["refused"]
    assert CheckIn.objects.count() == 1
    assert not Registration.objects.filter(on_site=True).exists()


@pytest.mark.parametrize("body", ["", "[", "[1]", '{"entries": 3}', '{"entries": [null]}'])
def test_nonsense_is_answered(client, body):
    door = door_of(make_today())

    answer = client.post(f"{door.address}liste/", body, content_type="application/json")

    assert answer.status_code == 200


def test_a_server_error_of_one_entry_keeps_what_was_sent_before_it(client, monkeypatch):
    """desk 14: the telephone then sends one by one, and keeps that one."""
    event = make_today()
    door, session = door_of(event), event.sessions.get()
    good, bad = entry(make_person(event, "Un"), session), entry(make_person(event, "Deux"), session)
    record = views.Sending.record

    def break_down(self: Any, data: Any) -> Any:
        if data["uuid"] == bad["uuid"]:
            raise RuntimeError
        return record(self, data)

    monkeypatch.setattr(views.Sending, "record", break_down)
    client.raise_request_exception = False

    statuses = [send(client, door, *part).status_code for part in ([good, bad], [good], [bad])]

    assert statuses == [500, 200, 500]
    assert CheckIn.objects.get().registration.name == "Un"


def test_a_telephone_with_a_wrong_clock_is_corrected(client):
    event = make_today()
    door, session = door_of(event), event.sessions.get()
    person = make_person(event, "Un")
    ahead = millis(NOW + timedelta(hours=3))

    send(client, door, entry(person, session, at=ahead - 60_000), now=ahead)

    assert person.seats.get().present_at == NOW - timedelta(minutes=1)


def test_a_telephone_may_send_in_the_days_after_but_reads_nothing(client):
    event = make_today()
    door, session = door_of(event), event.sessions.get()
    person = make_person(event, "Un")

    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        late = send(client, door, entry(person, session))
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        too_late = send(client, door, entry(person, session))

    assert (late.status_code, too_late.status_code) == (200, 404)
    assert person.seats.get().is_present


def test_each_telephone_has_a_name(client):
    door = door_of(make_today())

    names = [send(client, door, newcomer=True).json()["device"] for _ in range(2)]

    assert names == ["téléphone A", "téléphone B"]


def test_somebody_written_down_who_is_on_the_list_is_ticked_there(client):
    """And undoing it from the telephone that wrote it undoes that."""
    event = make_today()
    door, session = door_of(event), event.sessions.get()
    person = make_person(event, "Noé EXEMPLE", organisation="")
    namesake = make_person(event, "Noé Exemple", organisation="Autre structure")
    written = walk_in(session)

    send(client, door, written)
    assert list(Registration.objects.present()) == [person]
    undo = entry(written["registration"], session, kind="undone", at=millis(AT_THE_DOOR) + 1)
    send(client, door, undo)

    assert list(Registration.objects.present()) == []
    assert set(Registration.objects.all()) == {person, namesake}


def test_codes_find_a_person_and_say_what_is_wrong_with_others(client):
    """desk 10, registration 62: clear messages, no presence, and a link that is never opened."""
    event, other = make_today(), make_today()
    person, gone = make_person(event, "Camille Trouvée"), make_person(event, "Partie")
    elsewhere = make_person(other, "Ailleurs")
    signup.cancel(registration=gone, by=None, now=NOW)
    door = door_of(event)

    def answer(typed: str) -> str:
        return client.get(door.address, {"q": typed}).content.decode()

    found = answer(qr_text(person))
    typed = answer(person.door_code_told.lower())
    assert "Camille Trouvée" in found
    assert "Camille Trouvée" in typed
    sentences = {
        qr_text(elsewhere): codes.OTHER_EVENT,
        qr_text(gone): codes.CANCELLED,
        f"http://localhost{person.link}": codes.PERSONAL_LINK,
        "https://example.org/": codes.UNKNOWN,
        f"ACCUEIL:{event.pk}:ZZZZZZZZ": codes.UNKNOWN,
    }
    for scanned, sentence in sentences.items():
        text = answer(scanned)
        assert sentence in text
        assert "door-tick" not in text
    assert not CheckIn.objects.exists()


def test_the_page_may_use_the_camera_and_ask_its_own_site_only(client):
    """desk 12."""
    door = door_of(make_today())
    page, elsewhere = client.get(door.address), client.get("/healthz")

    policy = dict(part.split(" ", 1) for part in page["Content-Security-Policy"].split("; "))
    assert {
        name: policy[name] for name in ("script-src", "connect-src", "worker-src", "style-src")
    } == {
        "script-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "style-src": "'self'",
    }
    assert "camera=(self)" in page["Permissions-Policy"]
    assert "camera=()" in elsewhere["Permissions-Policy"]
    assert "worker-src 'none'" in elsewhere["Content-Security-Policy"]


def test_the_list_asks_the_same_queries_whatever_the_number_of_people(client):
    event = make_today()
    make_person(event, "Un")
    door = door_of(event)
    with CaptureQueriesContext(connection) as few:
        client.get(door.address), client.get(f"{door.address}liste/")
    for number in range(30):
        make_person(event, f"Personne {number}")

    with CaptureQueriesContext(connection) as many:
        client.get(door.address), client.get(f"{door.address}liste/")

    assert len(many) == len(few)


@pytest.mark.ignore_template_errors
def test_staff_open_replace_and_close_the_door(admin, client):
    event = make_today()
    screen = reverse("events_door", args=[event.pk])

    assert "Le lien à donner" not in admin.get(screen).content.decode()
    admin.post(screen, {"ouvrir": "1"})
    first = Door.objects.get()
    text = admin.get(screen).content.decode()
    assert f"http://testserver{first.address}" in text
    assert "<svg" in text
    admin.post(screen, {"ouvrir": "1"})
    assert Door.objects.get().address != first.address
    admin.post(screen, {"fermer": "1"})
    assert not Door.objects.exists()


@pytest.mark.ignore_template_errors
def test_staff_tick_on_the_list_once_the_day_has_come(admin, clock):
    event = make_today()
    person = make_person(event, "Camille Exemple")
    before = make_event(title="Plus tard", sessions=[make_session()])
    make_registration(before, before.sessions.get())
    address = f"{reverse('events_registration_modeladmin_index')}?evenement="
    seat = person.seats.get()

    assert 'name="pointer"' not in admin.get(f"{address}{before.pk}").content.decode()
    assert f'name="pointer" value="{seat.pk}"' in admin.get(f"{address}{event.pk}").content.decode()
    admin.post(reverse("events_tick", args=[event.pk]), {"pointer": seat.pk})
    text = admin.get(f"{address}{event.pk}").content.decode()
    assert "confirmée, présence à 12h" in text
    assert f'name="annuler" value="{seat.pk}"' in text
    clock.shift(60)
    admin.post(reverse("events_tick", args=[event.pk]), {"annuler": seat.pk})
    assert not person.seats.get().is_present
    assert admin.post(reverse("events_tick", args=[event.pk]), {"pointer": "x"}).status_code == 404
    by = session_entries(event)
    assert by == [("present", "list", "admin@example.org"), ("undone", "list", "admin@example.org")]


def session_entries(event: EventPage) -> list[tuple[str, str, str]]:
    entries = CheckIn.objects.filter(session__event=event)
    return list(entries.values_list("kind", "source", "by__email"))
