"""A clock that jumps, and a round that would erase a large part: nothing goes without a person's word."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from directory.models import User
from events.models import Registration
from events.registration.purge import forget_registrations
from home.models import OutgoingEmail
from home.models.heartbeat import ERASURES, Heartbeat
from site_cms import clock_guard
from site_cms.clock_guard import ClockJumped, TooMuch
from site_cms.management.commands.clock import JOBS, Clock
from tests.builders import make_event, make_registration, make_session

pytestmark = pytest.mark.django_db

LATER = timedelta(days=800)


@pytest.fixture
def people() -> None:
    """Twelve people of an event that is over, and a superuser who is told."""
    event = make_event(sessions=[make_session()], starts_at=timezone.now() - timedelta(days=5))
    for _person in range(12):
        make_registration(event)
    User.objects.create_superuser("admin@example.org")


def remembered() -> int:
    return Registration.objects.remembered().count()


@pytest.mark.usefixtures("people")
def test_a_clock_that_jumps_by_days_erases_nothing_and_tells_once() -> None:
    clock = Clock(tuple(job for job in JOBS if job.erases))
    now = timezone.now()
    clock.tick(now)

    for minute in range(2):
        with time_machine.travel(now + LATER + timedelta(minutes=minute)):
            clock.tick(timezone.now())

    assert remembered() == 12
    told = OutgoingEmail.objects.filter(kind="effacement en attente")
    assert [row.recipient for row in told] == ["admin@example.org"]
    clock.tick(now + timedelta(hours=2))
    assert told.count() == 1


def test_a_site_that_was_stopped_for_days_is_no_jump() -> None:
    clock_guard.check_clock(timezone.now())
    past = timezone.now() - timedelta(days=30)
    Heartbeat.objects.filter(name=ERASURES).update(at=past, database_at=past)

    clock_guard.check_clock(timezone.now())

    assert Heartbeat.objects.get(name=ERASURES).at > past


def test_a_jump_is_told_apart() -> None:
    clock_guard.check_clock(timezone.now())

    with pytest.raises(ClockJumped):
        clock_guard.check_clock(timezone.now() + clock_guard.JUMP * 2)


@pytest.mark.usefixtures("people")
def test_a_round_that_erases_a_large_part_is_taken_back() -> None:
    with pytest.raises(TooMuch, match=r"12 of 12 \(inscriptions\)"):
        clock_guard.erase_within_bounds(forget_registrations, timezone.now() + LATER)

    assert remembered() == 12
    assert OutgoingEmail.objects.get(kind="effacement en attente").recipient == "admin@example.org"


@pytest.mark.usefixtures("people")
def test_a_small_part_is_erased() -> None:
    others = make_event(starts_at=timezone.now() + LATER * 2)
    for _person in range(40):
        make_registration(others)

    clock_guard.erase_within_bounds(forget_registrations, timezone.now() + LATER)

    assert remembered() == 40


@pytest.mark.usefixtures("people")
def test_a_person_may_count_then_erase() -> None:
    said = StringIO()
    with time_machine.travel(timezone.now() + LATER, tick=False):
        call_command("erasures", stdout=said)
        assert remembered() == 12
        assert "registrations to forget: 12 inscriptions" in said.getvalue()

        call_command("erasures", yes=True, stdout=said)

        clock_guard.check_clock(timezone.now())
    assert remembered() == 0


def test_what_is_said_to_be_forgotten_is_guarded() -> None:
    erasing = {"forget", "erase", "let go"}

    assert [
        job.name for job in JOBS if any(word in job.name for word in erasing) and not job.erases
    ] == []
