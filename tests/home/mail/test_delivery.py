"""Delivery of outbox rows: failing servers, killed workers, concurrent workers."""

import email
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.mail import send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from home.mail import delivery, outbox
from home.models import OutgoingEmail
from home.models.mail import AGE_LIMIT, BACKOFF, INTERRUPTED, SENDING_LIMIT, Priority, Reason
from tests.home.mail.message import write
from tests.mail_server import LocalServer

pytestmark = pytest.mark.django_db

State = OutgoingEmail.State


@pytest.fixture
def smtp() -> Iterator[LocalServer]:
    with LocalServer() as server, server.listening():
        yield server


def smtp_delivery(port: int) -> dict[str, Any]:
    return {
        "backend": "home.mail.smtp.SmtpBackend",
        "options": {"host": "127.0.0.1", "port": port, "timeout": 5},
    }


def test_a_server_that_comes_back_sends_exactly_one_message(
    smtp: LocalServer, settings: Any, mail_down: None
) -> None:
    """registration 26."""
    row = write()
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert row.last_error == "Le serveur d’envoi ne répond pas (connexion refusée)."

    settings.DELIVERY = smtp_delivery(smtp.server_address[1])
    with time_machine.travel(timezone.now() + BACKOFF[0] + timedelta(seconds=1)):
        outbox.retry_due(timezone.now())
        outbox.retry_due(timezone.now())

    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (State.SENT, 2, "")
    [message] = smtp.messages
    assert (message["Message-ID"], message["To"]) == (row.message_id, "elise@example.org")
    assert message.get_body(("plain",)).get_content().startswith("L’accès de Élise")
    assert "<p>Accès de Élise" in message.get_body(("html",)).get_content()


def test_a_server_that_stays_down_leaves_a_failed_row_for_staff(
    mail_down: None,
) -> None:
    row = write()
    moment = timezone.now()

    for wait in BACKOFF:
        moment += wait + timedelta(minutes=1)
        with time_machine.travel(moment):
            outbox.retry_due(timezone.now())

    row.refresh_from_db()
    assert (row.state, row.attempts, row.due_at) == (State.FAILED, len(BACKOFF) + 1, None)
    assert row.can_be_resent


def test_a_recipient_refused_permanently_is_not_tried_again(
    smtp: LocalServer, settings: Any
) -> None:
    smtp.refusing = True
    settings.DELIVERY = smtp_delivery(smtp.server_address[1])

    row = write()

    row.refresh_from_db()
    assert (row.state, row.attempts, row.due_at) == (State.FAILED, 1, None)
    assert "boite inconnue" in row.last_error


def test_resend_sends_a_failed_message_once(sent: list, mail_down: None, settings: Any) -> None:
    row = write()
    settings.DELIVERY = {"backend": "django.core.mail.backends.locmem.EmailBackend", "options": {}}

    answers = [outbox.resend(row), outbox.resend(row)]

    assert answers == [True, False]
    assert len(sent) == 1


def test_an_old_message_is_not_sent_automatically(
    sent: list, mail_down: None, settings: Any
) -> None:
    """registration 73."""
    row = write()
    settings.DELIVERY = {"backend": "django.core.mail.backends.locmem.EmailBackend", "options": {}}

    with time_machine.travel(timezone.now() + AGE_LIMIT + timedelta(minutes=1)):
        outbox.retry_due(timezone.now())

    row.refresh_from_db()
    assert (row.state, row.due_at, sent) == (State.FAILED, None, [])
    assert row.last_error.startswith("Message trop ancien")


# Crashes


class Killed(BaseException):
    """Simulates SIGKILL: the worker stops without writing to the database."""


class KilledAfterSending(BaseEmailBackend):
    seen: list[str] = []

    def send_messages(self, email_messages: Any) -> int:
        self.seen.extend(message.extra_headers["Message-ID"] for message in email_messages)
        raise Killed


def interrupted_row(settings: Any) -> OutgoingEmail:
    KilledAfterSending.seen.clear()
    row = OutgoingEmail.objects.create(
        kind="essai",
        recipient="elise@example.org",
        sender="reseau@example.org",
        subject="Bonjour",
        text="Bonjour",
        html="<p>Bonjour</p>",
        message_id=outbox.new_message_id(),
        queued_at=timezone.now(),
        due_at=timezone.now(),
    )
    settings.DELIVERY = {
        "backend": f"{__name__}.KilledAfterSending",
        "options": {},
    }
    with pytest.raises(Killed):
        delivery.deliver(row.pk)
    return row


def test_a_message_in_flight_when_the_worker_dies_is_sent_once_more_and_marked(
    settings: Any, sent: list
) -> None:
    """registration 28."""
    row = interrupted_row(settings)
    settings.DELIVERY = {"backend": "django.core.mail.backends.locmem.EmailBackend", "options": {}}

    outbox.retry_due(timezone.now())
    assert sent == []
    with time_machine.travel(timezone.now() + SENDING_LIMIT + timedelta(seconds=1)):
        outbox.retry_due(timezone.now())
        outbox.retry_due(timezone.now())

    row.refresh_from_db()
    assert (row.state, row.interrupted) == (State.SENT, True)
    assert [m.extra_headers["Message-ID"] for m in sent] == KilledAfterSending.seen


def test_a_message_interrupted_twice_waits_for_staff(settings: Any) -> None:
    row = interrupted_row(settings)
    moment = timezone.now()
    for turn in (1, 2):
        with time_machine.travel(moment + turn * (SENDING_LIMIT + timedelta(minutes=1))):
            if turn == 1:
                for abandoned in OutgoingEmail.objects.abandoned(timezone.now()):
                    outbox.recover(abandoned, timezone.now())
                with pytest.raises(Killed):
                    delivery.deliver(row.pk)
            else:
                outbox.retry_due(timezone.now())

    row.refresh_from_db()
    assert (row.state, row.due_at, row.last_error) == (State.FAILED, None, INTERRUPTED)
    assert len(KilledAfterSending.seen) == 2


def test_a_worker_that_lost_its_claim_changes_nothing(settings: Any) -> None:
    row = interrupted_row(settings)
    late = OutgoingEmail.objects.get(pk=row.pk)
    outbox.recover(late, timezone.now() + SENDING_LIMIT + timedelta(minutes=1))

    late.mark_sent(timezone.now())

    row.refresh_from_db()
    assert row.state == State.QUEUED


class Counting(BaseEmailBackend):
    seen: list[str] = []

    def send_messages(self, email_messages: Any) -> int:
        self.seen.extend(message.extra_headers["Message-ID"] for message in email_messages)
        return len(email_messages)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="an in-memory SQLite has one writer")
def test_two_workers_send_each_message_once(settings: Any, mail_down: None) -> None:
    """registration 28."""
    pks = [write(to=f"p{number}@example.org").pk for number in range(20)]
    Counting.seen.clear()
    settings.DELIVERY = {"backend": f"{__name__}.Counting", "options": {}}

    def work() -> None:
        for pk in pks:
            delivery.deliver(pk)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(Counting.seen) == len(set(Counting.seen)) == 20


# Files


def test_the_demonstration_writes_one_readable_file_per_message(
    settings: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "mail"
    settings.DELIVERY = {
        "backend": "home.mail.backends.EmlFileBackend",
        "options": {"file_path": str(folder)},
    }

    row = write(kind="inscription confirmée")

    [file] = folder.iterdir()
    assert re.fullmatch(rf"\d{{8}}-\d{{6}}-inscription-confirmee-{row.pk}\.eml", file.name)
    message = email.message_from_bytes(file.read_bytes(), policy=default)
    assert message["Subject"] == "Bonjour Élise d’<Arras>"


def test_absolute_urls_begin_with_the_base_url(settings: Any) -> None:
    settings.BASE_URL = "https://reseau.example.org"

    assert outbox.absolute_url("/lettre/") == "https://reseau.example.org/lettre/"


# A connection that drops


def test_a_server_that_hangs_up_after_it_took_the_message_has_it_once(
    smtp: LocalServer, settings: Any
) -> None:
    smtp.hangs_up = "quit"
    settings.DELIVERY = smtp_delivery(smtp.port)

    row = write()
    outbox.retry_due(timezone.now() + timedelta(hours=1))

    row.refresh_from_db()
    assert (row.state, row.interrupted, len(smtp.messages)) == (State.SENT, False, 1)


def test_a_server_that_hangs_up_before_it_says_whether_it_took_the_message_marks_it(
    smtp: LocalServer, settings: Any
) -> None:
    smtp.hangs_up = "verdict"
    settings.DELIVERY = smtp_delivery(smtp.port)

    row = write()
    row.refresh_from_db()
    assert (row.state, row.interrupted, row.last_error) == (State.QUEUED, True, INTERRUPTED)
    outbox.retry_due(timezone.now())
    outbox.retry_due(timezone.now() + timedelta(hours=1))

    row.refresh_from_db()
    assert (row.state, row.due_at, row.reason) == (State.FAILED, None, Reason.INTERRUPTED)
    assert [message["Message-ID"] for message in smtp.messages] == [row.message_id] * 2


# Quotas


@pytest.mark.parametrize(
    "verdict",
    [
        "550 5.7.1 too many emails",
        "452 4.3.1 come back tomorrow",
        "554 Daily message quota exceeded",
    ],
)
def test_a_quota_is_waited_for_however_long_it_lasts(
    smtp: LocalServer, settings: Any, verdict: str
) -> None:
    smtp.verdict = verdict
    settings.DELIVERY = smtp_delivery(smtp.port)
    row = write()
    moment = timezone.now()
    delays = []

    for _attempt in range(12):
        row.refresh_from_db()
        assert row.due_at
        delays.append(row.due_at - moment)
        moment = row.due_at + timedelta(seconds=1)
        with time_machine.travel(moment, tick=False):
            outbox.retry_due(moment)
    smtp.verdict = "250 pris"
    with time_machine.travel(moment + timedelta(hours=9)):
        outbox.retry_due(timezone.now())

    row.refresh_from_db()
    assert (row.state, row.reason, row.last_error) == (State.SENT, "", "")
    assert delays[1:] == sorted(delays[1:])


# What leaves first


def test_a_code_leaves_before_answers_and_these_before_messages_to_many(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    write(to="groupe@example.org", priority=Priority.GROUP)
    write(to="rappel@example.org", priority=Priority.ORDINARY)
    write(to="inscription@example.org")
    send_mail("Votre code", "ABCD", None, ["code@example.org"])

    recipients = dict(OutgoingEmail.objects.values_list("pk", "recipient"))
    waiting = [recipients[task.args_kwargs["args"][0]] for task in DBTaskResult.objects.ready()]

    assert waiting == [
        "code@example.org", "inscription@example.org", "rappel@example.org", "groupe@example.org",
    ]  # fmt: skip


def test_a_message_keeps_its_priority_when_it_is_tried_again(
    settings: Any, mail_down: None
) -> None:
    row = write(priority=Priority.GROUP)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    outbox.retry_due(timezone.now() + timedelta(hours=1))

    assert [(task.args_kwargs["args"], task.priority) for task in DBTaskResult.objects.all()] == [
        ([row.pk], Priority.GROUP)
    ]


def test_all_that_failed_for_one_reason_leaves_again(
    smtp: LocalServer, settings: Any, mail_down: None
) -> None:
    rows = [write(to=f"p{number}@example.org") for number in range(3)]
    bad = write(to="personne")
    settings.DELIVERY = smtp_delivery(smtp.port)
    now = timezone.now()

    unreachable = OutgoingEmail.objects.filter(reason=Reason.UNREACHABLE)
    assert [outbox.resend_all(unreachable, now), outbox.resend_all(unreachable, now)] == [3, 0]
    outbox.retry_due(now)

    assert {message["To"] for message in smtp.messages} == {row.recipient for row in rows}
    bad.refresh_from_db()
    assert (bad.state, bad.reason) == (State.FAILED, Reason.ADDRESS)
