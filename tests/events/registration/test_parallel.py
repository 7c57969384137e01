"""Forty people compete for ten places. Requires a database with concurrent writers: PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections

from events.models import EventPage, Registration, RegistrationLogEntry, Seat
from events.registration import refusals, signup
from events.registration.answers import Answers
from events.registration.signup import Application, cancel, register
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite in memory has one connection; set DATABASE_URL to run it on PostgreSQL",
    ),
]

PEOPLE, PLACES = 40, 10


def all_at_once(work: Callable[[int], str], *, people: int = PEOPLE) -> list[str]:
    """Run each call in a thread with its own connection, all started together."""
    start = Barrier(people)

    def one(number: int) -> str:
        try:
            connections["default"].ensure_connection()
            start.wait(timeout=60)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


def try_to_register(
    event: EventPage, number: int, *, name: str = "", email: str = "", key: UUID | None = None
) -> str:
    answers = Answers(name or f"Personne {number}", email or f"p{number}@example.org")
    application = Application(answers, content_key=key)
    try:
        receipt = register(event=event, application=application, by=AnonymousUser(), now=NOW)
    except refusals.EventFull:
        return "full"
    return "waiting" if receipt.waiting else "registered"


def test_forty_people_take_ten_places_and_not_one_more():
    """members 64, on PostgreSQL; tests/running covers SQLite with a crowd of requests."""
    event = make_event(capacity=PLACES, waiting_list=False)

    answers = all_at_once(lambda number: try_to_register(event, number))

    assert sorted(answers) == ["full"] * (PEOPLE - PLACES) + ["registered"] * PLACES
    assert Seat.objects.confirmed().count() == Registration.objects.count() == PLACES
    assert RegistrationLogEntry.objects.count() == OutgoingEmail.objects.count() == PLACES


def test_forty_people_for_ten_places_leave_thirty_on_the_waiting_list():
    """registration 14."""
    event = make_event(capacity=PLACES)

    answers = all_at_once(lambda number: try_to_register(event, number))

    assert sorted(answers) == ["registered"] * PLACES + ["waiting"] * (PEOPLE - PLACES)
    assert Seat.objects.confirmed().count() == PLACES
    assert Seat.objects.waiting().count() == PEOPLE - PLACES
    assert RegistrationLogEntry.objects.count() == OutgoingEmail.objects.count() == PEOPLE


def test_without_the_lock_the_same_forty_overbook(monkeypatch):
    """registration 14, negative control: the test above would detect a missing lock."""
    event = make_event(capacity=PLACES, sessions=[make_session()])
    monkeypatch.setattr(signup, "lock", lambda event: EventPage.objects.get(pk=event.pk))

    all_at_once(lambda number: try_to_register(event, number))

    assert Seat.objects.confirmed().count() > PLACES


def test_one_form_sent_five_times_at_once_is_one_registration_and_one_message():
    """registration 12: on the last place too."""
    event, key = make_event(capacity=1, waiting_list=False), uuid4()

    answers = all_at_once(
        lambda _number: try_to_register(
            event, 1, name="Élise Exemple", email="elise@exemple.fr", key=key
        ),
        people=5,
    )

    assert answers == ["registered"] * 5
    assert Registration.objects.count() == OutgoingEmail.objects.count() == 1


def test_one_person_forty_times_is_one_registration_and_two_messages():
    """registration 12, registration 24: forms with other content each time."""
    event = make_event()

    answers = all_at_once(
        lambda number: try_to_register(
            event, number, name="Élise Exemple", email="elise@exemple.fr", key=uuid4()
        )
    )

    assert answers == ["registered"] * PEOPLE
    assert Registration.objects.count() == 1
    assert sorted(OutgoingEmail.objects.values_list("kind", flat=True)) == [
        "déjà inscrit·e",
        "inscription confirmée",
    ]


def test_colleagues_who_share_an_address_register_at_once():
    """Invariant 4: the first ten are confirmed at once, the others wait for the common message."""
    event = make_event()

    answers = all_at_once(lambda number: try_to_register(event, number, email="mairie@exemple.fr"))

    assert answers == ["registered"] * PEOPLE
    assert Registration.objects.count() == PEOPLE
    assert OutgoingEmail.objects.count() == 10
    assert Registration.objects.to_tell_together().count() == PEOPLE - 10


def test_one_registration_cancelled_forty_times_is_cancelled_once():
    event = make_event()
    try_to_register(event, 1)
    registration = Registration.objects.get()

    answers = all_at_once(
        lambda number: str(cancel(registration=registration, by=AnonymousUser(), now=NOW))
    )

    assert sorted(answers) == ["False"] * (PEOPLE - 1) + ["True"]
    assert [entry.action for entry in registration.log.all()] == ["registered", "cancelled"]


CLICKS, CANCELLING, WAITING = 4, 3, 15


def full_event_with_a_queue() -> tuple[EventPage, list[Registration]]:
    event = make_event(capacity=PLACES, sessions=[make_session()])
    session = event.sessions.get()
    holders = [make_registration(event, session) for _person in range(PLACES)]
    for _person in range(WAITING):
        make_registration(event, session, waiting=True)
    return event, holders[:CANCELLING]


def cancel_with_four_clicks(leaving: list[Registration]) -> list[str]:
    def click(number: int) -> str:
        registration = leaving[number % CANCELLING]
        return str(cancel(registration=registration, by=AnonymousUser(), now=NOW))

    return all_at_once(click, people=CLICKS * CANCELLING)


def promotions() -> int:
    entries = RegistrationLogEntry.objects.filter(action="promoted").count()
    assert OutgoingEmail.objects.filter(kind="place obtenue").count() == entries
    return entries


def test_three_people_cancelling_four_times_each_promote_three():
    """registration 43."""
    _event, leaving = full_event_with_a_queue()

    answers = cancel_with_four_clicks(leaving)

    assert sorted(answers) == ["False"] * (CLICKS - 1) * CANCELLING + ["True"] * CANCELLING
    assert promotions() == CANCELLING
    assert Seat.objects.confirmed().count() == PLACES
    assert Seat.objects.waiting().count() == WAITING - CANCELLING


def test_without_the_lock_the_same_clicks_cancel_more_than_once(monkeypatch):
    """Negative control of the test above."""
    _event, leaving = full_event_with_a_queue()
    monkeypatch.setattr(
        signup,
        "lock_event_of",
        lambda registration: EventPage.objects.get(pk=registration.event_id),
    )

    answers = cancel_with_four_clicks(leaving)

    assert (answers.count("True"), promotions()) != (CANCELLING, CANCELLING)


def test_a_raised_capacity_and_cancellations_at_the_same_moment_fill_the_new_capacity():
    event, leaving = full_event_with_a_queue()

    def act(number: int) -> str:
        if number < CANCELLING:
            return str(cancel(registration=leaving[number], by=AnonymousUser(), now=NOW))
        with time_machine.travel(NOW, tick=False):
            page = EventPage.objects.get(pk=event.pk)
            page.capacity = PLACES + 2
            page.save_revision().publish()
        return "published"

    all_at_once(act, people=CANCELLING + 1)

    assert Seat.objects.confirmed().count() == PLACES + 2
    assert promotions() == CANCELLING + 2
