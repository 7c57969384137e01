"""Messages from staff to registered people, sent to each recipient separately."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django_tasks import task

from events.messages import emails
from events.models import EventPage, GroupMessage, Registration
from home.access import Account
from home.batches import enqueue_once, going_on, in_time
from home.mail import outbox
from home.models.mail import Priority


def write(*, message: GroupMessage, now: datetime) -> bool:
    """Save and send the message. Return False, and do nothing, if the same form was already submitted."""
    with transaction.atomic():
        # Lock the event, so that the second of two simultaneous clicks finds the first one's message.
        EventPage.objects.select_for_update(of=("self",)).get(pk=message.event_id)
        if GroupMessage.objects.filter(uuid=message.uuid).exists():
            return False
        message.written_at = now
        message.recipients = message.people().count()
        message.save()
        send_group_message.enqueue(message.pk)
    return True


@task(priority=Priority.GROUP)
def send_group_message(pk: int) -> None:
    """Send the message that `write` saved, for two seconds; another task goes on."""
    message = GroupMessage.objects.get(pk=pk)
    with going_on(send_group_message, pk):
        send_out(message)


def write_to_me(*, message: GroupMessage, by: Account) -> None:
    """Send the message only to its author, marked as a test."""
    emails.group_message_trial(message, to=by.email)


def send_out(message: GroupMessage) -> None:
    """Queue e-mails not queued yet. Each has a deduplication key, so nobody gets two. Raise `MoreToDo` if some are left."""

    def send(keys: Sequence[int]) -> None:
        for registration in Registration.objects.filter(pk__in=keys).select_related("event"):
            emails.group_message(registration, message)

    written = outbox.written(emails.group_message_prefix(message))
    people = message.people().order_by("pk").values_list("pk", "uuid")
    in_time([pk for pk, uuid in people if str(uuid) not in written], send)
    GroupMessage.objects.filter(pk=message.pk).update(finished=True)


def finish_messages(at: datetime) -> None:
    """Resume interrupted messages. Run by the clock every minute."""
    for message in GroupMessage.objects.filter(finished=False):
        enqueue_once(send_group_message, message.pk, at=at)
