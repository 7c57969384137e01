"""Pages that time alone changes are new to the second."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from home.models import SiteSettings
from site_cms.shelf import moments
from site_cms.shelf.generations import change
from site_cms.shelf.moments import next_moment
from tests.builders import make_event, make_invitation, make_session

PARIS = ZoneInfo("Europe/Paris")
INSTANT = timedelta(milliseconds=100)
START = datetime(2026, 9, 20, 9, 30, tzinfo=PARIS)


@pytest.fixture
def shown(whole_site: Any, ask: Any) -> Any:
    """A function that returns what a page shows just before a moment, and at it. The first is kept meanwhile."""

    def pages(address: str, moment: datetime) -> tuple[str, str]:
        with time_machine.travel(moment - INSTANT, tick=False) as clock:
            change()
            ask(address)
            before = ask(address)
            assert before.is_hit
            clock.move_to(moment)
            after = ask(address)
            assert not after.is_hit
        return before.text, after.text

    return pages


FORM = 'name="organisation"'


def test_a_deadline_ends_at_midnight_in_paris(shown):
    """cache 10."""
    make_event(slug="r", starts_at=START, registration_deadline=date(2026, 9, 10))

    before, after = shown("/agenda/r/", datetime(2026, 9, 11, tzinfo=PARIS))

    assert (FORM in before, FORM in after) == (True, False)


def test_registration_opens(shown):
    """cache 10."""
    opens = datetime(2026, 9, 1, 12, tzinfo=PARIS)
    make_event(slug="r", starts_at=START, registration_opens_at=opens)

    before, after = shown("/agenda/r/", opens)

    assert (FORM in before, FORM in after) == (False, True)


def test_registration_closes_when_the_event_begins(shown):
    """cache 10."""
    make_event(slug="r", starts_at=START)

    before, after = shown("/agenda/r/", START)

    assert (FORM in before, FORM in after) == (True, False)


def test_an_event_is_past_when_it_ends(shown):
    """cache 10: lists too."""
    end = START + timedelta(hours=2)
    make_event(slug="r", starts_at=START, announced_end=end)

    before, after = shown("/agenda/", end)

    assert ("Passé" in before, "Passé" in after) == (False, True)


def test_the_last_day_of_a_session_ends(shown):
    sessions = [
        make_session(title="Matinée", deadline=date(2026, 9, 3)),
        make_session(title="Soirée", deadline=date(2026, 9, 3)),
    ]
    make_event(slug="r", starts_at=START, sessions=sessions)

    before, after = shown("/agenda/r/", datetime(2026, 9, 4, tzinfo=PARIS))

    assert (FORM in before, FORM in after) == (True, False)


def test_an_alert_disappears(shown):
    end = datetime(2026, 9, 4, 17, tzinfo=PARIS)
    SiteSettings.objects.update(alert_text="<p>Attention aux travaux</p>", alert_until=end)

    before, after = shown("/contact/", end)

    assert ("travaux" in before, "travaux" in after) == (True, False)


def test_an_invitation_becomes_available_at_midnight(shown):
    event = make_event(slug="r", starts_at=START)
    make_invitation(page=event, available_from=date(2026, 9, 2), audience="members")

    before, after = shown("/agenda/r/", datetime(2026, 9, 2, tzinfo=PARIS))

    assert ("documents" in before, "documents" in after) == (False, True)


@pytest.mark.django_db
def test_the_next_moment_costs_one_query_and_is_midnight_at_the_latest():
    now = datetime(2026, 9, 1, 10, tzinfo=UTC)
    make_event(starts_at=START)
    for number in range(3):
        make_event(slug=f"r{number}", starts_at=now + timedelta(hours=3 + number))

    with CaptureQueriesContext(connection) as captured:
        moment = next_moment(now)

    assert len(captured) == 1
    assert moment == now + timedelta(hours=3)
    assert next_moment(now + timedelta(days=2)) == datetime(2026, 9, 4, tzinfo=PARIS)


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_asked_again_in_a_minute(monkeypatch):
    def fail(*arguments: Any, **options: Any) -> Any:
        raise DatabaseError("away")

    monkeypatch.setattr(moments.QuerySet, "union", fail)
    now = datetime(2026, 9, 1, 10, tzinfo=UTC)

    assert next_moment(now) == now + timedelta(minutes=1)
