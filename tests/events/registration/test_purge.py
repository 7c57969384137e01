from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import call_command
from wagtail.models import Site

from events.models import EventPage, Question, Registration, Session
from events.registration import emails, purge, signup
from events.registration.purge import Purge
from home.batches import SomeFailed
from home.models import OutgoingEmail, SiteSettings
from home.periods import months_before
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = pytest.mark.django_db

#: End of the event in these tests.
OVER = NOW + timedelta(days=10, hours=2)
ALL = {"Régime", "Train", "Fonction"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def make_person(event: EventPage | None = None, **fields: Any) -> Registration:
    """Register a person with a seat and three answers, one for each retention."""
    event = event or make_event(sessions=[make_session()])
    event.questions = [
        Question(label="Régime", field_type="singleline", retention="short"),
        Question(label="Train", field_type="singleline", retention="normal"),
        Question(label="Fonction", field_type="singleline", retention="identity"),
    ]
    event.save()
    answers = {
        str(one.uuid): {"label": one.label, "retention": one.retention, "value": "secret"}
        for one in event.questions.all()
    }
    return make_registration(
        event, *event.sessions.all(), answers=answers, organisation="Ville d’Arras", **fields
    )


def labels(registration: Registration) -> set[str]:
    registration.refresh_from_db()
    return {one["label"] for one in registration.answers.values()}


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        (timedelta(days=7) - timedelta(minutes=1), ALL),
        (timedelta(days=7), {"Train", "Fonction"}),
        (timedelta(days=90), {"Train", "Fonction"}),
        (timedelta(days=92), {"Fonction"}),
        (timedelta(days=365) - timedelta(minutes=1), {"Fonction"}),
        (timedelta(days=365), set()),
    ],
)
def test_answers_go_when_their_time_is_over(after, kept):
    """registration 67: short answers are kept a week after the event, others three months, identities a year."""
    registration = make_person()

    for _twice in range(2):
        Purge(OVER + after).run()

    assert labels(registration) == kept


def test_after_a_year_nothing_says_who_it_was_and_totals_are_unchanged(outbox):
    """registration 67: identities are gone from database and mails, totals are the same, a second run does nothing."""
    user = get_user_model().objects.create_user("camille@example.org")
    registration = make_person(email="camille@example.org", user=user)
    registration.note("registered", by=user, now=NOW)
    emails.registration_confirmed(registration)
    gone = make_person(event=registration.event)
    signup.cancel(registration=gone, by=user, now=NOW)

    first = Purge(OVER + timedelta(days=365)).run()
    second = Purge(OVER + timedelta(days=365)).run()

    registration.refresh_from_db()
    assert (registration.name, registration.organisation) == ("", "")
    assert (registration.user, registration.answers) == (None, {})
    assert "camille" not in registration.email
    assert {entry.by for entry in registration.log.all()} == {None}
    assert outbox() == []
    assert (first.counts["identities"], second.counts) == (2, {})
    assert Session.objects.of([registration.event]).get().taken == 1
    states = registration.event.registrations.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["active", "cancelled"]


def test_messages_to_a_person_are_erased_with_their_answers(outbox):
    """registration 67: the mails too, except those about another registration."""
    registration = make_person(email="camille@example.org")
    other = make_registration(
        make_event(starts_at=NOW + timedelta(days=300)), email="camille@example.org"
    )
    emails.registration_confirmed(registration)
    emails.registration_confirmed(other)
    OutgoingEmail.objects.update(text="Bonjour", html="Bonjour", blanked_at=None)

    Purge(OVER + timedelta(days=8)).run()

    mine, theirs = outbox()
    assert (mine.text, mine.html, mine.attachments) == ("", "", [])
    assert theirs.text == "Bonjour"


@pytest.mark.parametrize("days", [8, 365])
def test_the_purge_waits_for_queued_messages(mail_down, days):
    """The edge case « Purge while mails are queued »."""
    registration = make_person()
    emails.registration_confirmed(registration)

    Purge(OVER + timedelta(days=days)).run()
    assert labels(registration) == ALL

    OutgoingEmail.objects.update(due_at=None)
    Purge(OVER + timedelta(days=days)).run()
    assert labels(registration) != ALL


def test_staff_set_the_times():
    registration = make_person()
    site = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    site.needs_kept_days, site.answers_kept_months, site.identity_kept_months = 30, 6, 24
    site.save()

    Purge(OVER + timedelta(days=29)).run()
    assert labels(registration) == ALL

    Purge(OVER + timedelta(days=366)).run()
    assert labels(registration) == {"Fonction"}
    assert "30\u00a0jours pour les régimes alimentaires" in site.registration_retention
    assert "24\u00a0mois pour le nom" in site.registration_retention


def test_a_question_with_a_corrected_retention_is_erased_by_the_new_one():
    registration = make_person()
    registration.event.questions.filter(label="Train").update(retention="short")

    Purge(OVER + timedelta(days=8)).run()

    assert labels(registration) == {"Fonction"}


def test_an_upcoming_or_undated_event_erases_nobody():
    coming = make_person(event=make_event(starts_at=NOW + timedelta(days=800)))
    undated = make_person(event=make_event(starts_at=None))

    Purge(OVER + timedelta(days=400)).run()

    assert (labels(coming), labels(undated)) == (ALL, ALL)


def test_a_dry_run_lists_numbers_and_erases_nothing():
    """registration 67: dry-run lists counts."""
    registration = make_person()
    said = StringIO()

    with time_machine.travel(OVER + timedelta(days=8), tick=False):
        call_command("forget_registrations", dry_run=True, stdout=said)
        assert labels(registration) == ALL
        call_command("forget_registrations", stdout=said)

    assert said.getvalue().splitlines() == [
        "to forget: answers of 1 people, identity of 0 people, 0 messages",
        "forgotten: answers of 1 people, identity of 0 people, 0 messages",
    ]
    assert labels(registration) == {"Train", "Fonction"}


def test_the_clock_runs_the_purge():
    registration = make_person()

    with time_machine.travel(OVER + timedelta(days=400), tick=False):
        call_command("clock", once=True)

    registration.refresh_from_db()
    assert registration.name == ""


def test_months_are_counted_on_the_calendar():
    may = datetime(2026, 5, 31, 10, tzinfo=UTC)

    assert months_before(may, 3).isoformat() == "2026-02-28T12:00:00+01:00"
    assert months_before(may, 12).isoformat() == "2025-05-31T12:00:00+02:00"


def test_a_failure_on_one_event_does_not_stop_the_purge_of_others(broken):
    bad, good = make_person(), make_person()
    broken(purge, "forget_identity", lambda person, **_when: person == bad)
    run = Purge(OVER + timedelta(days=365))

    with pytest.raises(SomeFailed):
        run.run()

    assert (labels(bad), labels(good)) == (ALL, set())
    assert run.counts["identities"] == 1
