import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group

from events.models import Registration, RegistrationLogEntry, Seat, Session
from events.registration import refusals
from events.registration.answers import Answers
from events.registration.signup import Application, cancel
from events.registration.signup import register as register_for_receipt
from home.access import MEMBERS_GROUP
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


def register(**arguments: Any) -> Registration | None:
    return register_for_receipt(**arguments).registration


def application(
    name: str = "Élise Exemple", email: str = "elise@exemple.fr", sessions: Sequence[UUID] = ()
) -> Application:
    return Application(Answers(name, email), sessions, content_key=uuid4())


def make_member() -> Any:
    user = get_user_model().objects.create_user(f"{uuid4().hex}@example.org")
    user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    return user


def test_registering_writes_a_registration_a_seat_a_log_entry_and_a_message(outbox):
    event = make_event()

    registration = register(event=event, application=application(), by=NOBODY, now=NOW)

    assert list(event.registrations.all()) == [registration]
    assert (registration.name, registration.email) == ("Élise Exemple", "elise@exemple.fr")
    assert [seat.session.hidden for seat in registration.seats.all()] == [True]
    assert [entry.action for entry in registration.log.all()] == ["registered"]
    assert [(row.kind, row.recipient) for row in outbox()] == [
        ("inscription confirmée", "elise@exemple.fr")
    ]


def test_a_seat_is_taken_in_each_chosen_session_and_in_no_other():
    event = make_event(
        sessions=[make_session(), make_session(title="Midi"), make_session(title="Soir")]
    )
    chosen = [session.uuid for session in event.sessions.all() if session.title != "Midi"]

    register(event=event, application=application(sessions=chosen), by=NOBODY, now=NOW)

    assert [seat.session.title for seat in Seat.objects.order_by("session")] == ["Matinée", "Soir"]


def test_a_known_person_is_told_what_is_registered_and_nothing_else_changes(outbox):
    event = make_event()
    first = register(event=event, application=application(), by=NOBODY, now=NOW)

    again = application(name="EXEMPLE Elise")
    second = register(event=event, application=again, by=NOBODY, now=NOW)

    assert (first.email, second) == ("elise@exemple.fr", None)
    assert Registration.objects.get().name == "Élise Exemple"
    assert [row.kind for row in outbox()] == ["inscription confirmée", "déjà inscrit·e"]


def test_a_known_address_is_told_once_per_quarter_of_an_hour(outbox):
    """registration 24."""
    event = make_event()
    register(event=event, application=application(), by=NOBODY, now=NOW)

    for minutes in (0, 5, 10, 15):
        now = NOW + timedelta(minutes=minutes)
        register(event=event, application=application(), by=NOBODY, now=now)

    assert [row.kind for row in outbox()] == [
        "inscription confirmée",
        "déjà inscrit·e",
        "déjà inscrit·e",
    ]


def test_the_second_click_of_a_double_click_does_nothing_even_on_the_last_place(outbox):
    event = make_event(capacity=1)
    same = application()

    first = register(event=event, application=same, by=NOBODY, now=NOW)
    second = register(event=event, application=same, by=NOBODY, now=NOW)

    assert first == second
    assert [row.kind for row in outbox()] == ["inscription confirmée"]


def test_the_last_place_is_taken_once_where_there_is_no_waiting_list():
    """members 64."""
    event = make_event(capacity=1, waiting_list=False)
    register(event=event, application=application(), by=NOBODY, now=NOW)

    with pytest.raises(refusals.EventFull):
        register(event=event, application=application(email="b@exemple.fr"), by=NOBODY, now=NOW)

    assert Registration.objects.count() == 1


def test_a_cancelled_registration_gives_its_place_back(outbox):
    event = make_event(capacity=1)
    first = register(event=event, application=application(), by=NOBODY, now=NOW)

    assert cancel(registration=first, by=NOBODY, now=NOW) is True
    assert cancel(registration=first, by=NOBODY, now=NOW) is False

    register(event=event, application=application(email="b@exemple.fr"), by=NOBODY, now=NOW)
    assert [row.kind for row in outbox()] == [
        "inscription confirmée",
        "inscription annulée",
        "inscription confirmée",
    ]
    assert [entry.action for entry in RegistrationLogEntry.objects.all()] == [
        "registered",
        "cancelled",
        "registered",
    ]


def test_a_full_session_without_waiting_list_is_named_and_nothing_is_written():
    event = make_event(
        waiting_list=False,
        sessions=[make_session(capacity=1), make_session(title="Après-midi", capacity=5)],
    )
    morning, afternoon = event.sessions.all()
    make_registration(event, morning)
    both = application(sessions=[morning.uuid, afternoon.uuid])

    with pytest.raises(refusals.SessionsFull) as refusal:
        register(event=event, application=both, by=NOBODY, now=NOW)

    assert str(refusal.value) == ("Il n’y a plus de place pour « Matinée » : modifiez votre choix.")
    assert Registration.objects.count() == 1


def test_a_cancelled_seat_takes_no_place():
    event = make_event(capacity=1, sessions=[make_session()])
    session = event.sessions.get()
    make_registration(event, session, state="cancelled", cancelled_at=NOW)

    register(event=event, application=application(), by=NOBODY, now=NOW)

    assert Seat.objects.confirmed().count() == 1


@pytest.mark.parametrize("uuids", [[uuid4()], []])
def test_a_session_of_another_event_is_refused(uuids):
    """registration 20."""
    other = make_event(sessions=[make_session()])
    event = make_event(sessions=[make_session(), make_session(title="Soir")])
    chosen = uuids or [other.sessions.get().uuid]

    with pytest.raises(refusals.ProgrammeChanged):
        register(event=event, application=application(sessions=chosen), by=NOBODY, now=NOW)

    assert Registration.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"status": "cancelled"}, refusals.EventCancelled),
        ({"status": "postponed"}, refusals.EventPostponed),
        ({"starts_at": NOW - timedelta(days=2)}, refusals.EventOver),
        ({"registration_opens_at": NOW + timedelta(seconds=1)}, refusals.NotOpenYet),
        ({"registration_deadline": date(2026, 5, 31)}, refusals.RegistrationClosed),
        ({"starts_at": NOW}, refusals.RegistrationClosed),
        ({"registration_form": "none"}, refusals.Refusal),
        ({"registration_form": "outside"}, refusals.Refusal),
        ({"registration_audience": "members"}, refusals.MembersOnly),
        ({"live": False}, refusals.RegistrationClosed),
    ],
)
def test_an_event_that_is_not_open_refuses_and_writes_nothing(fields, refusal, outbox):
    event = make_event(**fields)

    with pytest.raises(refusal) as raised:
        register(event=event, application=application(), by=NOBODY, now=NOW)

    assert type(raised.value) is refusal
    assert (Registration.objects.count(), Session.objects.count(), outbox()) == (0, 0, [])


def test_the_deadlines_day_is_included_in_paris_time():
    event = make_event(registration_deadline=date(2026, 6, 1))
    last_second = NOW.replace(hour=21, minute=59, second=59)

    register(event=event, application=application(), by=NOBODY, now=last_second)

    late = application(email="b@exemple.fr")
    with pytest.raises(refusals.RegistrationClosed):
        register(event=event, application=late, by=NOBODY, now=last_second + timedelta(seconds=1))


def test_a_members_event_accepts_members_and_refuses_former_members():
    event = make_event(registration_audience="members")
    member, former = make_member(), make_member()
    former.groups.clear()

    registration = register(event=event, application=application(), by=member, now=NOW)

    assert registration.user == member
    late = application(email="b@exemple.fr")
    with pytest.raises(refusals.MembersOnly):
        register(event=event, application=late, by=former, now=NOW)


def test_the_state_is_read_again_under_the_lock():
    event = make_event()
    shown = type(event).objects.get(pk=event.pk)
    event.status = "cancelled"
    event.save()

    with pytest.raises(refusals.EventCancelled):
        register(event=shown, application=application(), by=NOBODY, now=NOW)


def test_a_message_that_cannot_be_sent_does_not_undo_the_registration(mail_down, outbox):
    """registration 26."""
    event = make_event()

    register(event=event, application=application(), by=NOBODY, now=NOW)

    assert Registration.objects.count() == 1
    assert [row.state for row in outbox()] == ["failed"]


def test_the_confirmation_is_complete_and_has_a_calendar_and_nobody_elses_data(sent):
    """registration 31."""
    event = make_event(title="Forum d’Amiens")
    make_registration(event, name="Quelqu’un d’autre", email="autre@exemple.fr")

    registration = register(event=event, application=application(), by=NOBODY, now=NOW)

    [message] = sent
    assert message.subject == (
        "Inscription confirmée\u00a0: Forum d’Amiens, le jeudi 11 juin 2026, de 12h à 14h"
    )
    [(html, kind)] = [(part.content, part.mimetype) for part in message.alternatives]
    assert kind == "text/html"
    [calendar] = message.attachments
    text = calendar.get_payload(decode=True).decode()
    assert f"UID:{registration.calendar_uid}" in text
    assert "ATTENDEE" not in text
    for body in (message.body, html):
        assert re.search(r"http://localhost:8000/inscriptions/[\w-]{20,}/", body)
        assert "Forum d’Amiens" in body
        assert "Bonjour Élise Exemple" in body
    assert message.to == ["elise@exemple.fr"]
    whole = message.message().as_string() + message.body + html + text
    assert "autre@exemple.fr" not in whole
    assert "Quelqu’un d’autre" not in whole
