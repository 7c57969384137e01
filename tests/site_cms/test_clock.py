import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from home.models import OutgoingEmail, StandardPage
from site_cms.management.commands import clock
from site_cms.management.commands.clock import HOUR, MINUTE, Clock, Job
from tests.builders import make_home

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_jobs_run_at_their_own_interval() -> None:
    runs: list[str] = []
    jobs = tuple(
        Job(name, lambda at, name=name: runs.append(name), every=every)
        for name, every in (("minute", MINUTE), ("hour", HOUR))
    )
    clock_of_jobs = Clock(jobs)

    for minute in range(61):
        clock_of_jobs.tick(NOON + timedelta(minutes=minute))

    assert (runs.count("minute"), runs.count("hour")) == (61, 2)


@pytest.mark.django_db
def test_a_failing_job_does_not_stop_the_others(caplog: Any) -> None:
    runs: list[datetime] = []

    def fail(at: datetime) -> None:
        raise ValueError("panne")

    clock_of_jobs = Clock((Job("bad", fail), Job("good", runs.append)))

    clock_of_jobs.tick(NOON)
    clock_of_jobs.tick(NOON + MINUTE)

    assert runs == [NOON, NOON + MINUTE]
    assert [record.getMessage() for record in caplog.records] == ["The job 'bad' failed"] * 2


@pytest.mark.django_db
def test_once_publishes_what_is_scheduled_and_sends_what_waits(sent: list) -> None:
    """registration 27."""
    page = make_home().add_child(instance=StandardPage(title="Demain", slug="demain", live=False))
    page.go_live_at = timezone.now() - MINUTE
    revision = page.save_revision()
    revision.publish()
    page.refresh_from_db()
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=page.go_live_at)
    StandardPage.objects.filter(pk=page.pk).update(live=False)
    OutgoingEmail.objects.create(
        kind="essai",
        recipient="elise@example.org",
        sender="reseau@example.org",
        subject="Bonjour",
        message_id="<1@localhost>",
        queued_at=timezone.now(),
        due_at=timezone.now() - MINUTE,
    )

    for _ in range(2):
        call_command("clock", once=True)

    page.refresh_from_db()
    assert page.live
    assert [message.subject for message in sent] == ["Bonjour"]


@pytest.mark.django_db
def test_once_exits_with_an_error_if_a_job_failed(monkeypatch: Any) -> None:
    def fail(at: datetime) -> None:
        raise ValueError("panne")

    monkeypatch.setattr(clock, "JOBS", (Job("bad", fail),))

    with pytest.raises(SystemExit, match="1"):
        call_command("clock", once=True)


def test_names_of_jobs_are_unique() -> None:
    names = [job.name for job in clock.JOBS]

    assert len(names) == len(set(names))


def test_the_clock_stops_on_sigterm_even_if_the_database_is_not_ready(tmp_path: Path) -> None:
    environment = {
        "DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "site_cms.settings",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/vide.sqlite3",
        "LOG_LEVEL": "INFO",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "clock"],
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    too_long = threading.Timer(60, process.kill)
    too_long.start()
    with process:
        assert process.stderr
        next(line for line in process.stderr if "The clock runs" in line)

        process.send_signal(signal.SIGTERM)
        process.stderr.read()

    too_long.cancel()
    assert process.returncode == 0
