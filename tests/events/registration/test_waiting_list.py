"""Waiting list: joining, promotions and the messages about them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from events.agenda.labels import session_told
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.registration.answers import Answers
from events.registration.signup import Application, Receipt, cancel, register
from events.registration.waiting_list import fill_waiting_lists
from tests.builders import NOW, make_event, make_hidden_session, make_registration, make_session

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


def arrive(event: EventPage, name: str, *sessions: Session, now: Any = NOW) -> Receipt:
    answers = Answers(name, f"{name}@exemple.fr")
    application = Application(answers, [session.uuid for session in sessions])
    return register(event=event, application=application, by=NOBODY, now=now)


def states(event: EventPage) -> list[tuple[str, str]]:
    """Return (name, state) of each seat of an active registration, in order of arrival."""
    seats = Seat.objects.held().filter(registration__event=event).order_by("pk")
    return list(seats.values_list("registration__name", "state"))


def person(name: str) -> Registration:
    return Registration.objects.get(name=name)


def queued(event: EventPage, taken: int, waiting: int) -> list[Registration]:
    """Return the people on the waiting list, in order, behind people with a place."""
    session = make_hidden_session(event)
    for _number in range(taken):
        make_registration(event, session)
    return [make_registration(event, session, waiting=True) for _number in range(waiting)]


def promoted() -> list[Registration]:
    entries = RegistrationLogEntry.objects.filter(action="promoted")
    return [entry.registration for entry in entries.select_related("registration")]


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_anyone_after_the_last_place_joins_the_waiting_list_and_is_told(outbox):
    """members 64."""
    event = make_event(capacity=1)
    arrive(event, "ada")

    receipt = arrive(event, "bob")

    assert states(event) == [("ada", "confirmed"), ("bob", "waiting")]
    assert [str(session) for session in receipt.waiting] == ["Événement entier"]
    message = outbox()[-1]
    assert message.kind == "liste d’attente"
    assert message.subject.startswith("Liste d’attente")
    assert "Vous n’avez pas encore de place." in message.text
    assert message.attachments == []


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_a_person_has_a_place_in_one_session_and_waits_for_another(outbox):
    """registration 15: the message states both."""
    event = make_event(sessions=[make_session(), make_session(title="Atelier", capacity=1)])
    morning, workshop = event.sessions.all()
    make_registration(event, workshop)

    receipt = arrive(event, "ada", morning, workshop)

    assert (receipt.confirmed, receipt.waiting) == ([morning], [workshop])
    [message] = outbox()
    assert message.subject.startswith("Inscription confirmée en partie")
    assert f"Vous participez à :\n- {session_told(morning)}\n" in message.text
    assert f"sur la liste d’attente pour :\n- {session_told(workshop)}\n" in message.text


def test_a_known_address_learns_from_the_receipt_what_a_new_one_would(outbox):
    event = make_event(capacity=1)
    arrive(event, "ada")

    again, new = arrive(event, "ada"), arrive(event, "bob")

    assert (again.confirmed, again.waiting) == (new.confirmed, new.waiting)
    assert person("ada").seats.get().state == "confirmed"


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_the_first_on_the_waiting_list_gets_the_freed_place(outbox):
    """registration 42: one cancellation mail, one promotion mail; a second cancellation does nothing more."""
    event = make_event(capacity=1)
    for name in ("ada", "bob", "eve"):
        arrive(event, name)
    before = len(outbox())

    answers = [cancel(registration=person("ada"), by=NOBODY, now=NOW) for _click in range(2)]

    assert answers == [True, False]
    assert states(event) == [("bob", "confirmed"), ("eve", "waiting")]
    assert [(row.kind, row.recipient) for row in outbox()[before:]] == [
        ("inscription annulée", "ada@exemple.fr"),
        ("place obtenue", "bob@exemple.fr"),
    ]
    assert promoted() == [person("bob")]
    assert len(outbox()[-1].attachments) == 1


def test_promotions_follow_the_waiting_lists_order_and_not_that_of_registration():
    event = make_event(capacity=1)
    session = make_hidden_session(event)
    holder = make_registration(event, session)
    late = make_registration(event, session, waiting=True)
    early = make_registration(event, session, waiting=True)
    early.seats.update(since=NOW - timedelta(days=1))

    cancel(registration=holder, by=NOBODY, now=NOW)

    assert promoted() == [early]
    assert late.seats.get().is_waiting


def test_cancelling_a_waiting_registration_promotes_nobody(outbox):
    event = make_event(capacity=1)
    first, _second = queued(event, taken=1, waiting=2)

    cancel(registration=first, by=NOBODY, now=NOW)

    assert promoted() == []
    assert [row.kind for row in outbox()] == ["inscription annulée"]


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_a_place_in_two_sessions_is_told_in_one_message(outbox):
    event = make_event(
        sessions=[make_session(capacity=1), make_session(title="Atelier", capacity=1)]
    )
    both = event.sessions.all()
    holder = make_registration(event, *both)
    waiter = make_registration(event, *both, waiting=True)

    cancel(registration=holder, by=NOBODY, now=NOW)

    assert promoted() == [waiter]
    assert [row.kind for row in outbox()] == ["inscription annulée", "place obtenue"]
    assert (
        "- Matinée, le jeudi 11 juin 2026, à 12h\n- Atelier, le jeudi 11 juin 2026, à 12h\n"
        in outbox()[-1].text
    )


def test_a_newcomer_never_takes_a_free_place_before_people_on_the_waiting_list():
    event = make_event(capacity=2)
    queued(event, taken=1, waiting=1)

    arrive(event, "ada")

    assert states(event)[-1] == ("ada", "waiting")


def publish(event: EventPage, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(event, name, value)
    event.save_revision().publish()


def test_a_higher_capacity_that_is_published_promotes_in_order(outbox):
    """registration 51: one promotion and one message per new place."""
    event = make_event(capacity=2)
    waiters = queued(event, taken=2, waiting=3)

    with time_machine.travel(NOW, tick=False):
        publish(event, capacity=4)
        publish(event, title="Autre titre")

    assert promoted() == waiters[:2]
    assert [row.recipient for row in outbox()] == [waiter.email for waiter in waiters[:2]]


def test_a_draft_with_a_higher_capacity_promotes_nobody():
    event = make_event(capacity=1)
    queued(event, taken=1, waiting=1)

    with time_machine.travel(NOW, tick=False):
        event.capacity = 5
        event.save_revision()

    assert promoted() == []


def test_a_higher_session_capacity_promotes_too():
    event = make_event(sessions=[make_session(capacity=1)])
    session = event.sessions.get()
    make_registration(event, session)
    waiter = make_registration(event, session, waiting=True)

    with time_machine.travel(NOW, tick=False):
        draft = event.get_latest_revision_as_object() if event.latest_revision else event
        [edited] = draft.sessions.all()
        edited.capacity = 2
        draft.sessions.add(edited)
        draft.save_revision().publish()

    assert promoted() == [waiter]


def test_removing_the_limit_promotes_the_whole_waiting_list():
    event = make_event(capacity=1)
    waiters = queued(event, taken=1, waiting=3)

    with time_machine.travel(NOW, tick=False):
        publish(event, capacity=None)

    assert promoted() == waiters


def test_a_lower_capacity_removes_nobody_and_promotes_only_below_it():
    event = make_event(capacity=3)
    first, *_others = queued(event, taken=3, waiting=2)
    holders = list(Registration.objects.exclude(seats__state="waiting"))

    with time_machine.travel(NOW, tick=False):
        publish(event, capacity=2)
    cancel(registration=holders[0], by=NOBODY, now=NOW)
    after_one = promoted()
    cancel(registration=holders[1], by=NOBODY, now=NOW)

    assert after_one == []
    assert promoted() == [first]


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_a_cancelled_or_postponed_event_promotes_nobody(status):
    event = make_event(capacity=1, status=status)
    queued(event, taken=1, waiting=1)

    cancel(registration=Registration.objects.earliest("pk"), by=NOBODY, now=NOW)

    assert promoted() == []


@pytest.mark.parametrize(
    ("before_start", "names_promoted"),
    [(timedelta(hours=24, seconds=1), 1), (timedelta(hours=24), 0), (timedelta(minutes=1), 0)],
)
def test_nobody_is_promoted_in_the_last_day(before_start, names_promoted):
    event = make_event(capacity=1, starts_at=NOW + before_start)
    queued(event, taken=1, waiting=1)

    cancel(registration=Registration.objects.earliest("pk"), by=NOBODY, now=NOW)

    assert len(promoted()) == names_promoted


def test_in_the_last_day_staff_get_one_message_with_the_next_names(outbox, sent):
    event = make_event(capacity=2, starts_at=NOW + timedelta(hours=20))
    waiters = queued(event, taken=2, waiting=5)

    cancel(registration=Registration.objects.earliest("pk"), by=NOBODY, now=NOW)
    with time_machine.travel(NOW, tick=False):
        publish(event, title="Autre titre")

    [row] = [row for row in outbox() if row.kind == "places à donner"]
    [told] = [message.body for message in sent if message.subject == row.subject]
    assert "1\u00a0place libre" in told
    assert [waiter for waiter in waiters if waiter.email in told] == waiters[:4]
    assert row.text == ""  # it contains names, so it is erased once sent
    assert promoted() == []


def test_after_the_start_a_cancellation_tells_staff_nothing(outbox):
    event = make_event(capacity=1, starts_at=NOW - timedelta(minutes=1))
    queued(event, taken=1, waiting=1)

    cancel(registration=Registration.objects.earliest("pk"), by=NOBODY, now=NOW)

    assert [row.kind for row in outbox()] == ["inscription annulée"]


def test_the_clock_gives_places_left_free():
    """A process may die between a publication that adds places and the promotion."""
    event = make_event(capacity=1)
    first, second = queued(event, taken=1, waiting=2)
    EventPage.objects.filter(pk=event.pk).update(capacity=2)

    fill_waiting_lists(NOW)
    fill_waiting_lists(NOW)

    assert promoted() == [first]
    assert list(Seat.objects.waiting()) == list(second.seats.all())
