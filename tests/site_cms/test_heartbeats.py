"""Signs of life: each process gives its own, through its own queue."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from home.models.heartbeat import Heartbeat
from site_cms import heartbeats

pytestmark = pytest.mark.django_db


def test_each_queue_is_asked_once_and_the_clock_gives_its_own_sign(settings: Any) -> None:
    settings.TASKS = {
        "default": {
            "BACKEND": "django_tasks_db.DatabaseBackend",
            "QUEUES": ["default", "long"],
        }
    }
    now = timezone.now()

    for _minute in range(2):
        heartbeats.ask_for_signs(now)

    waiting = DBTaskResult.objects.ready().values_list("queue_name", "args_kwargs__args")
    assert sorted(waiting) == [("default", ["default"]), ("long", ["long"])]
    assert list(Heartbeat.objects.values_list("name", "at")) == [("clock", now)]


def test_a_worker_gives_its_sign() -> None:
    heartbeats.ask_for_signs(timezone.now())

    assert set(Heartbeat.objects.values_list("name", flat=True)) >= {"clock", "worker"}


def test_release_counts_silences_and_hides_none() -> None:
    long_ago = timezone.now() - timedelta(days=1)
    Heartbeat.objects.beat("worker", long_ago)

    heartbeats.expect_signs(timezone.now())

    assert Heartbeat.objects.get(name="worker").at == long_ago
    assert not Heartbeat.objects.get(name="clock").is_silent(timezone.now())
