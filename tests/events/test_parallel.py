"""Forty people and ten places, at the same moment. Needs a database that lets several connections write: PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections

from events import registering
from events.models import EventPage, Registration, RegistrationLogEntry, Seat
from events.registering import Application, cancel, register
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_session

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite in memory has one connection; set DATABASE_URL to run it on PostgreSQL",
    ),
]

PEOPLE, PLACES = 40, 10


def all_at_once(work: Callable[[int], str]) -> list[str]:
    """Each piece of work in a thread with a connection of its own, begun together."""
    start = Barrier(PEOPLE)

    def one(number: int) -> str:
        try:
            connections["default"].ensure_connection()
            start.wait(timeout=60)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def try_to_register(event: EventPage, number: int, **fields: Any) -> str:
    application = Application(
        **{"name": f"Personne {number}", "email": f"p{number}@example.org"} | fields
    )
    try:
        register(event=event, application=application, by=AnonymousUser(), now=NOW)
    except registering.EventFull:
        return "full"
    return "registered"


def test_forty_people_take_ten_places_and_not_one_more():
    event = make_event(capacity=PLACES)

    answers = all_at_once(lambda number: try_to_register(event, number))

    assert sorted(answers) == ["full"] * (PEOPLE - PLACES) + ["registered"] * PLACES
    assert Seat.objects.confirmed().count() == Registration.objects.count() == PLACES
    assert RegistrationLogEntry.objects.count() == OutgoingEmail.objects.count() == PLACES


def test_without_the_lock_the_same_forty_overbook(monkeypatch):
    """The negative control: it shows that the test above would see a missing lock."""
    event = make_event(capacity=PLACES, sessions=[make_session()])
    monkeypatch.setattr(registering, "lock", lambda event: EventPage.objects.get(pk=event.pk))

    all_at_once(lambda number: try_to_register(event, number))

    assert Seat.objects.confirmed().count() > PLACES


def test_one_address_forty_times_is_one_registration():
    event = make_event()

    answers = all_at_once(lambda number: try_to_register(event, number, email="elise@exemple.fr"))

    assert answers == ["registered"] * PEOPLE
    assert Registration.objects.count() == 1


def test_one_registration_cancelled_forty_times_is_cancelled_once():
    event = make_event()
    try_to_register(event, 1)
    registration = Registration.objects.get()

    answers = all_at_once(
        lambda number: str(cancel(registration=registration, by=AnonymousUser(), now=NOW))
    )

    assert sorted(answers) == ["False"] * (PEOPLE - 1) + ["True"]
    assert [entry.action for entry in registration.log.all()] == ["registered", "cancelled"]
