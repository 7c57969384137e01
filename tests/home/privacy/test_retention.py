from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from home.mail import outbox
from home.models import OutgoingEmail, Subscriber
from home.newsletter import subscriptions
from home.privacy import retention

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)


def subscribe(email: str, *, days_ago: float) -> None:
    at = NOW - timedelta(days=days_ago)
    with time_machine.travel(at):
        subscriptions.subscribe(email=email, source="/lettre/", at=at)


def make_row(subject: str, **values: Any) -> OutgoingEmail:
    return OutgoingEmail.objects.create(
        **{
            "kind": "essai",
            "recipient": "elise@example.org",
            "sender": "reseau@example.org",
            "subject": subject,
            "text": "Bonjour",
            "message_id": outbox.new_message_id(),
            **values,
        }
    )


def sent(days_ago: float) -> dict[str, Any]:
    at = NOW - timedelta(days=days_ago)
    return {"state": "sent", "sent_at": at, "queued_at": at, "due_at": None}


def failed(days_ago: float) -> dict[str, Any]:
    return {"state": "failed", "queued_at": NOW - timedelta(days=days_ago), "due_at": None}


def test_an_unconfirmed_address_is_deleted_after_seven_days() -> None:
    subscribe("ancienne@example.org", days_ago=7.1)
    subscribe("recente@example.org", days_ago=6.9)
    subscribe("redemande@example.org", days_ago=8)
    subscribe("redemande@example.org", days_ago=1)
    subscribe("confirmee@example.org", days_ago=9)
    confirmed = Subscriber.objects.get(email="confirmee@example.org").consents.get()
    subscriptions.confirm(confirmed, at=NOW - timedelta(days=9))

    for _ in range(2):
        retention.forget_subscribers(NOW)

    assert set(Subscriber.objects.values_list("email", flat=True)) == {
        "recente@example.org",
        "redemande@example.org",
        "confirmee@example.org",
    }


def test_message_bodies_are_blanked_before_rows_are_deleted() -> None:
    make_row("envoyé hier", **sent(1))
    make_row("envoyé il y a un mois", **sent(31))
    make_row("envoyé il y a un an", **sent(366))
    make_row("échec", **failed(3))
    make_row("échec secret récent", secret=True, **failed(1))
    make_row("échec secret", secret=True, **failed(3))
    make_row("en attente", secret=True, queued_at=NOW - timedelta(days=3), due_at=NOW)

    for _ in range(2):
        retention.forget_mail(NOW)

    assert dict(OutgoingEmail.objects.values_list("subject", "text")) == {
        "envoyé hier": "Bonjour",
        "envoyé il y a un mois": "",
        "échec": "Bonjour",
        "échec secret récent": "Bonjour",
        "échec secret": "",
        "en attente": "Bonjour",
    }


def test_old_task_results_are_deleted_and_waiting_ones_are_not() -> None:
    old = NOW - timedelta(days=15)
    for status, moments in (
        (TaskResultStatus.SUCCESSFUL, {"finished_at": old}),
        (TaskResultStatus.FAILED, {"finished_at": NOW}),
        (TaskResultStatus.RUNNING, {"started_at": old}),
        (TaskResultStatus.READY, {}),
    ):
        DBTaskResult.objects.create(
            status=status,
            args_kwargs={"args": [], "kwargs": {}},
            task_path="home.tasks.deliver",
            backend_name="default",
            run_after=get_date_max(),
            exception_class_path="",
            traceback="",
            **moments,
        )

    retention.forget_tasks(NOW)

    left = DBTaskResult.objects.values_list("status", flat=True)
    assert set(left) == {TaskResultStatus.FAILED, TaskResultStatus.READY}
