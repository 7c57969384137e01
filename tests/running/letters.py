"""Queues messages on the running site: `python -m tests.running.letters write 100`, or recovers them: `recover`.

`forget` what others left waiting; `group 1000` queues what a message to many leaves to send, `code 1` what somebody waits for to log in.
"""

import json
import sys

import django

django.setup()

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from home.mail import outbox
from home.models import OutgoingEmail
from home.models.mail import SENDING_LIMIT, Priority


def forget() -> None:
    """Delete the messages and tasks that other tests have left waiting on the same site."""
    OutgoingEmail.objects.all().delete()
    DBTaskResult.objects.all().delete()


def write(number: int) -> None:
    with transaction.atomic():
        for one in range(number):
            send_mail("Rappel", "La rencontre est demain.", None, [f"p{one}@letters.example.org"])


def group(number: int) -> None:
    with transaction.atomic():
        for one in range(number):
            outbox.put(
                f"p{one}@group.example.org",
                kind="message groupé",
                sender="reseau@example.org",
                subject="Le train",
                text="Nous partons ensemble.",
                html="<p>Nous partons ensemble.</p>",
                priority=Priority.GROUP,
            )


def code(number: int) -> None:
    send_mail("Votre code", "ABCD", None, [f"code{number}@letters.example.org"])


def recover() -> None:
    """Recover messages as the clock does once it considers the worker dead."""
    outbox.retry_due(timezone.now() + SENDING_LIMIT)


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    {"forget": forget, "write": write, "group": group, "code": code, "recover": recover}[verb](
        *map(int, arguments)
    )
    json.dump(arguments, sys.stdout)
