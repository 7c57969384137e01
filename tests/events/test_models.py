from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from events.messages.reminders import remind
from events.models import EventPage, Question, Seat, Session
from events.models.dates import UNDATED
from home.editor.content_checks import Fault, Remark
from home.models.page_guards import ActRefused
from tests.builders import (
    NOW,
    make_event,
    make_hidden_session,
    make_registration,
    make_session,
)

pytestmark = pytest.mark.django_db


def test_an_event_without_an_end_ends_at_the_midnight_after_its_start():
    event = make_event(starts_at=datetime(2026, 6, 1, 12, tzinfo=UTC), announced_end=None)

    assert event.ends_at == datetime(2026, 6, 1, 22, tzinfo=UTC)


def test_an_event_of_whole_days_ends_at_the_midnight_after_the_last():
    event = make_event(
        starts_at=datetime(2024, 3, 25, 9, tzinfo=UTC),
        announced_end=datetime(2024, 3, 28, 9, tzinfo=UTC),
        all_day=True,
    )

    assert event.starts_at == datetime(2024, 3, 24, 23, tzinfo=UTC)
    assert event.ends_at == datetime(2024, 3, 28, 23, tzinfo=UTC)


def test_an_event_is_upcoming_before_its_end_and_past_from_it_on():
    event = make_event(starts_at=NOW - timedelta(hours=2), announced_end=NOW)
    before = NOW - timedelta(microseconds=1)

    assert list(EventPage.objects.upcoming(before)) == [event]
    assert list(EventPage.objects.past(before)) == []
    assert list(EventPage.objects.upcoming(NOW)) == []
    assert list(EventPage.objects.past(NOW)) == [event]


def test_a_year_begins_at_midnight_in_paris():
    event = make_event(starts_at=datetime(2025, 12, 31, 23, tzinfo=UTC), announced_end=None)

    assert list(EventPage.objects.during(2026)) == [event]
    assert list(EventPage.objects.during(2025)) == []


def test_a_copy_has_new_identifiers_no_date_and_no_registration_and_is_not_public():
    """registration 54."""
    event = make_event(sessions=[make_session()], registration_deadline=NOW.date())
    session = event.sessions.get()
    event.questions.add(
        Question(label="Régime", field_type="singleline", session_uuid=session.uuid)
    )
    event.save_revision().publish()
    event = EventPage.objects.get(pk=event.pk)
    make_registration(event, session)

    copy = event.copy(update_attrs={"slug": "copie", "title": "Copie"})

    stored = EventPage.objects.get(pk=copy.pk)
    draft = stored.get_latest_revision_as_object()
    for version in (stored, draft):
        new_session, new_question = version.sessions.get(), version.questions.get()
        assert version.title == "Copie"
        assert (version.live, version.starts_at, version.ends_at) == (False, None, UNDATED)
        assert version.registration_deadline is None
        assert version.calendar_uid == stored.calendar_uid != event.calendar_uid
        assert (new_session.title, new_session.starts_at) == ("Matinée", None)
        assert new_session.uuid == stored.sessions.get().uuid != session.uuid
        assert new_question.session_uuid == new_session.uuid
        assert new_question.uuid == stored.questions.get().uuid != event.questions.get().uuid
    assert stored.registrations.count() == 0


def test_a_session_with_seats_survives_a_draft_without_it():
    event = make_event(
        sessions=[make_session(), make_session(title="Midi"), make_session(title="Soir")]
    )
    make_registration(event, event.sessions.get(title="Midi"))
    draft = EventPage.objects.get(pk=event.pk)
    draft.sessions = [session for session in draft.sessions.all() if session.title == "Matinée"]

    draft.save_revision().publish()

    stored = EventPage.objects.get(pk=event.pk)
    assert [session.title for session in stored.sessions.all()] == ["Matinée", "Midi"]


def test_an_older_version_that_comes_back_keeps_seats_and_answers():
    """It was written before its session and its question had a key: they are those that it published."""
    event = make_event()
    draft = EventPage.objects.get(pk=event.pk)
    draft.sessions = [make_session(title="Nuit")]
    draft.questions = [Question(label="Repas", field_type="singleline")]
    older = draft.save_revision()
    older.as_object().save_revision().publish()
    session, question = Session.objects.get(title="Nuit"), Question.objects.get()
    make_registration(event, session)

    read = older.as_object()
    older.publish()

    assert [one.pk for one in read.sessions.all()] == [session.pk]
    assert [one.pk for one in read.questions.all()] == [question.pk]
    assert [(one.pk, one.uuid) for one in Session.objects.all()] == [(session.pk, session.uuid)]
    assert [(one.pk, one.uuid) for one in Question.objects.all()] == [(question.pk, question.uuid)]
    assert Seat.objects.get().session == session


def test_the_hidden_session_is_neither_edited_nor_lost():
    event = make_event()
    hidden = Session.objects.create(event=event, hidden=True)

    event.save_revision().publish()

    assert list(event.sessions.all()) == []
    assert list(Session.objects.filter(event=event)) == [hidden]


def test_the_calendar_sequence_grows_with_a_new_date_and_not_with_a_new_text():
    event = make_event()

    event.title = "Rencontre régionale"
    event.save_revision().publish()
    event = EventPage.objects.get(pk=event.pk)
    assert event.calendar_sequence == 0

    event.venue_town = "Arras"
    event.save_revision().publish()
    assert EventPage.objects.get(pk=event.pk).calendar_sequence == 1


def test_a_person_registers_once_per_event_whatever_the_case_of_address_and_name():
    """registration 13."""
    event = make_event()
    make_registration(event, email=" Elise@Exemple.FR ", name="Élise Exemple")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_registration(event, email="elise@exemple.fr", name="Mme EXEMPLE elise")


def test_colleagues_register_with_one_address_and_staff_register_people_without_any():
    event = make_event()

    for name in ("Marie Dupont", "Paul Dupont"):
        make_registration(event, name=name, email="mairie@exemple.fr")
        make_registration(event, name=name, email="")
        make_registration(event, name=name, email="")

    assert event.registrations.count() == 6


def test_a_person_registers_again_after_a_cancellation():
    event = make_event()
    make_registration(event, email="elise@exemple.fr", state="cancelled", cancelled_at=NOW)

    again = make_registration(event, email="elise@exemple.fr")

    assert list(event.registrations.active()) == [again]


def test_an_announcement_without_place_or_with_a_past_date_gets_a_warning():
    event = make_event(lead="<p>Venez.</p>", venue_name="", venue_town="", mode="onsite")
    event.starts_at, event.announced_end = datetime(2020, 1, 6, 9, tzinfo=UTC), None
    event.ends_at, event.first_published_at = datetime(2020, 1, 7, tzinfo=UTC), None

    assert list(event.remarks()) == [Remark(Fault.PLACE), Remark(Fault.PAST)]


def test_a_page_with_registrations_does_not_expire_before_its_event(clock, outbox):
    """The date was set before the first registration came; reminders are written and the own page opens."""
    event = make_event(expire_at=NOW - timedelta(minutes=1))
    registration = make_registration(event, make_hidden_session(event))

    call_command("publish_scheduled")

    event.refresh_from_db()
    assert (event.live, event.expire_at) == (True, None)
    assert Client().get(registration.link).status_code == 200


def test_a_page_without_registrations_or_after_its_event_expires(clock):
    events = [make_event(), make_event(starts_at=NOW - timedelta(days=2))]
    make_registration(events[1], make_hidden_session(events[1]))
    EventPage.objects.update(expire_at=NOW - timedelta(minutes=1))

    call_command("publish_scheduled")

    assert not EventPage.objects.live().exists()


@pytest.mark.parametrize(("days", "refused"), [(9, True), (11, False)])
def test_an_expiry_date_before_the_end_is_refused_once_people_are_registered(days, refused):
    event = make_event()
    make_registration(event, make_hidden_session(event))
    event.expire_at = NOW + timedelta(days=days)

    with (
        pytest.raises(ValidationError, match="n’expire pas avant la fin")
        if refused
        else nullcontext()
    ):
        event.full_clean()


def test_guests_are_reminded_of_an_event_whose_page_is_not_public_any_more(clock, outbox):
    event = make_event(starts_at=NOW + timedelta(days=1))
    make_registration(event, make_hidden_session(event), registered_at=NOW - timedelta(days=9))
    Seat.objects.update(since=NOW - timedelta(days=9))
    EventPage.objects.update(live=False)

    remind(NOW)

    assert [row.kind for row in outbox()] == ["rappel, la veille"]


@pytest.mark.parametrize("verb", ["delete", "unpublish"])
def test_the_verbs_refuse_where_people_are_registered(verb):
    event = make_event()
    make_registration(event, make_hidden_session(event))

    with pytest.raises(ActRefused, match="Annulez d’abord l’événement"):
        getattr(event, verb)()

    assert EventPage.objects.live().exists()
