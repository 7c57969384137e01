"""The worker goes on after the database has dropped its connection."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django_tasks_db.management.commands.db_worker import Worker

from site_cms.management.commands import db_worker


def test_a_dropped_connection_is_opened_again(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: Any
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    runs: list[Worker] = []
    closed: list[bool] = []

    def run(self: Worker) -> None:
        runs.append(self)
        if len(runs) < 3:
            raise OperationalError("terminating connection due to administrator command")

    monkeypatch.setattr(Worker, "run", run)
    monkeypatch.setattr(Worker, "configure_signals", lambda self: None)
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(True))
    monkeypatch.setattr(db_worker, "PAUSE", 0)

    call_command("db_worker", reload=False)

    assert (len(runs), closed) == (3, [True, True])
    assert "dropped the worker's connection" in caplog.text
