"""Queues messages on the running site: `python -m tests.running.letters write 100`, or recovers them: `recover`."""

import json
import sys

import django

django.setup()

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from home.mail import outbox
from home.models.mail import SENDING_LIMIT


def write(number: int) -> None:
    with transaction.atomic():
        for one in range(number):
            send_mail("Rappel", "La rencontre est demain.", None, [f"p{one}@letters.example.org"])


def recover() -> None:
    """Recover messages as the clock does once it considers the worker dead."""
    outbox.retry_due(timezone.now() + SENDING_LIMIT)


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    {"write": write, "recover": recover}[verb](*map(int, arguments))
    json.dump(arguments, sys.stdout)
