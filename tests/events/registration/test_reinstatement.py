"""A cancelled registration is taken back: by staff, or by the person."""

from datetime import timedelta

import pytest

from events.models import Registration, RegistrationLogEntry
from events.registration.refusals import AlreadyRegistered, EventCancelled, EventOver, Refusal
from events.registration.reinstatement import reinstate, take_back
from events.registration.signup import cancel
from tests.builders import NOW, make_event, make_hidden_session, make_registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event(capacity=1)


@pytest.fixture
def left(event):
    """Somebody who had the only place and cancelled."""
    registration = make_registration(event, make_hidden_session(event), name="Camille")
    cancel(registration=registration, by=None, now=NOW)
    return Registration.objects.get(pk=registration.pk)


def state_of(registration):
    [seat] = Registration.objects.get(pk=registration.pk).seats.all()
    return (Registration.objects.get(pk=registration.pk).state, seat.state)


def session_of(event):
    return event.sessions.model.objects.get(event=event)


def waiting_names(event):
    session = session_of(event)
    seats = session.seats.model.objects.waiting().in_session(session)
    return [seat.registration.name for seat in seats]


def test_staff_give_the_place_back_if_it_is_free(left, somebody, outbox):
    reinstate(registration=left, by=somebody, now=NOW, word="Nous comptons sur vous.")

    assert state_of(left) == ("active", "confirmed")
    assert [row.kind for row in outbox()] == ["inscription annulée", "inscription reprise"]
    assert left.log.last().action == RegistrationLogEntry.Action.REINSTATED
    assert left.log.last().by == somebody


def test_else_the_person_is_first_on_the_waiting_list(event, left, somebody):
    session = session_of(event)
    make_registration(event, session, name="Dominique")
    make_registration(event, session, waiting=True, name="Zoé")

    reinstate(registration=left, by=somebody, now=NOW)

    assert state_of(left) == ("active", "waiting")
    assert waiting_names(event) == ["Camille", "Zoé"]


def test_who_waited_keeps_the_rank(event, somebody):
    session = make_hidden_session(event)
    make_registration(event, session)
    people = [
        make_registration(event, session, waiting=True, name=name)
        for name in ("Un", "Deux", "Trois")
    ]
    cancel(registration=people[1], by=somebody, now=NOW)

    reinstate(registration=people[1], by=somebody, now=NOW + timedelta(hours=1))

    assert waiting_names(event) == ["Un", "Deux", "Trois"]


def test_cancelling_again_writes_again(left, somebody, outbox):
    again = reinstate(registration=left, by=somebody, now=NOW)

    cancel(registration=again, by=somebody, now=NOW)

    assert [row.kind for row in outbox()] == [
        "inscription annulée", "inscription reprise", "inscription annulée",
    ]  # fmt: skip


def test_a_registration_made_again_meanwhile_is_not_doubled(event, left, somebody):
    make_registration(event, session_of(event), name=left.name, email=left.email)

    with pytest.raises(AlreadyRegistered):
        reinstate(registration=left, by=somebody, now=NOW)

    assert not Registration.objects.get(pk=left.pk).is_active


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"status": "cancelled"}, EventCancelled),
        ({"starts_at": NOW - timedelta(days=2), "announced_end": None}, EventOver),
    ],
)
def test_nothing_is_taken_back_for_an_event_that_is_over_or_cancelled(
    event, left, somebody, fields, refusal
):
    for name, value in fields.items():
        setattr(event, name, value)
    event.save()

    with pytest.raises(refusal):
        reinstate(registration=left, by=somebody, now=NOW)


def test_the_person_takes_it_back_on_the_own_page(client, clock, left, outbox):
    assert "reprendre/" in client.get(left.link).content.decode()
    assert client.get(f"{left.link}reprendre/").status_code == 200
    assert state_of(left)[0] == "cancelled"

    answer = client.post(f"{left.link}reprendre/", follow=True)

    assert "Votre inscription est reprise" in answer.content.decode()
    assert state_of(left) == ("active", "confirmed")
    assert "reprendre/" not in answer.content.decode()


def test_the_person_has_a_newcomers_rank(event, left):
    session = session_of(event)
    make_registration(event, session, name="Dominique")
    make_registration(event, session, waiting=True, name="Zoé")

    take_back(registration=left, now=NOW + timedelta(minutes=1))

    assert waiting_names(event) == ["Zoé", "Camille"]


def test_the_person_does_not_take_back_what_staff_cancelled(client, clock, event, somebody):
    registration = make_registration(event, make_hidden_session(event))
    cancel(registration=registration, by=somebody, now=NOW)

    assert "reprendre/" not in client.get(registration.link).content.decode()
    assert client.post(f"{registration.link}reprendre/").status_code == 409
    with pytest.raises(Refusal):
        take_back(registration=registration, now=NOW)


def test_nor_after_the_deadline(client, clock, event, left):
    event.registration_deadline = (NOW - timedelta(days=1)).date()
    event.save()

    assert client.post(f"{left.link}reprendre/").status_code == 409
