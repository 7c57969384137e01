"""Changes of a registration keep the presence of somebody who came."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from events.check_in.records import Tap, record_check_in, undo_check_in
from events.models import Registration
from events.models.enums import CheckInSource
from events.registration import modification, signup, staff
from events.registration.answers import Answers
from events.registration.refusals import AlreadyPresent, PresenceNoted
from events.registration.signup import Application
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]


@pytest.fixture
def present() -> Registration:
    """Somebody with seats in the morning and the afternoon, checked in for the morning an hour before it begins."""
    starts_at = NOW + timedelta(hours=1)
    event = make_event(starts_at=starts_at, sessions=[make_session(), make_session()])
    morning, afternoon = event.sessions.all()
    person = make_registration(event, morning, afternoon, name="Awa", email="awa@example.org")
    record_check_in(registration=person, session=morning, tap=tap(), now=NOW)
    return person


def tap(**later: int) -> Tap:
    return Tap(at=NOW + timedelta(**later), source=CheckInSource.DOOR)


def seats(person: Registration) -> list[tuple[int, bool]]:
    return [(one.session_id, one.is_present) for one in person.seats.order_by("session_id")]


def without(person: Registration, place: int) -> Application:
    """The wish of this person without one of their two sessions."""
    sessions = [one.session.uuid for one in person.seats.order_by("session_id")]
    del sessions[place]
    return Application(Answers(person.name, person.email), sessions=sessions)


def correct(person: Registration, application: Application) -> bool:
    return staff.correct(
        registration=person,
        application=application,
        wish=staff.StaffOptions(),
        seen=staff.version_of(Registration.objects.get(pk=person.pk)),
        by=get_user_model().objects.create_superuser("equipe@example.org"),
        now=NOW,
    )


def test_staff_cannot_take_a_session_at_which_the_person_was_checked_in(present):
    before = seats(present)

    with pytest.raises(PresenceNoted):
        correct(present, without(present, 0))

    assert seats(present) == before


def test_staff_may_take_another_session(present):
    assert correct(present, without(present, 1))

    assert [is_present for _session, is_present in seats(present)] == [True]


def test_staff_may_once_the_presence_is_undone(present):
    morning = present.seats.order_by("session_id").first().session
    undo_check_in(
        registration=present, session=morning, tap=tap(minutes=1), now=NOW + timedelta(minutes=2)
    )

    assert correct(present, without(present, 0))
    assert len(seats(present)) == 1


def test_the_registrant_cannot_leave_that_session_by_changing_their_choice(present):
    before = seats(present)

    with pytest.raises(AlreadyPresent):
        modification.change(
            registration=present, application=without(present, 0), by=AnonymousUser(), now=NOW
        )

    assert seats(present) == before


def test_a_registration_of_somebody_who_came_is_not_cancelled(present):
    with pytest.raises(PresenceNoted):
        signup.cancel(registration=present, by=None, now=NOW)

    present.refresh_from_db()
    assert present.is_active


def test_the_screen_says_why_and_sends_nothing(present, outbox):
    desk = Client()
    desk.force_login(get_user_model().objects.create_superuser("equipe@example.org"))
    address = reverse("events_registration_modeladmin_edit", args=[present.pk])
    sent = len(outbox())
    chosen: dict[str, Any] = {
        "name": present.name,
        "email": present.email,
        "organisation": "",
        "sessions": [str(present.seats.order_by("session_id").last().session.uuid)],
        "seen": staff.version_of(present),
    }

    answer = desk.post(address, chosen)

    assert "Cette personne a été pointée" in answer.text
    assert len(outbox()) == sent
