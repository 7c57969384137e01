"""Writing to people who registered: the same words to many, one message each."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django_tasks import task

from events.messages import emails
from events.models import EventPage, GroupMessage, Registration
from home.access import Account
from home.batches import in_slices, one_by_one


def write(*, message: GroupMessage, now: datetime) -> bool:
    """Send it. False, and nothing done, when the same form was sent before."""
    with transaction.atomic():
        # Lock the event: of two clicks at once the second one waits, and finds the first.
        EventPage.objects.select_for_update(of=("self",)).get(pk=message.event_id)
        if GroupMessage.objects.filter(uuid=message.uuid).exists():
            return False
        message.written_at = now
        message.recipients = message.people().count()
        message.save()
        send_group_message.enqueue(message.pk)
    return True


@task()
def send_group_message(pk: int) -> None:
    """What `write` enqueues."""
    send_out(GroupMessage.objects.get(pk=pk))


def write_to_me(*, message: GroupMessage, by: Account) -> None:
    """The same to the person who writes it, marked as a trial."""
    emails.group_message_trial(message, to=by.email)


def send_out(message: GroupMessage) -> None:
    """Write the rows that are not written yet; each has a key, so that nobody gets two."""

    def send(keys: Sequence[int]) -> None:
        for registration in Registration.objects.filter(pk__in=keys).select_related("event"):
            emails.group_message(registration, message)

    in_slices(list(message.people().values_list("pk", flat=True)), send)
    GroupMessage.objects.filter(pk=message.pk).update(finished=True)


def finish_messages(at: datetime) -> None:
    """What the clock does each minute: go on where a killed worker stopped."""
    one_by_one(GroupMessage.objects.filter(finished=False), send_out)
