"""Background work of events: primary keys in, one verb each."""

from django.utils import timezone
from django_tasks import task

from events.messages import announcements, group_messages
from events.models import EventChange, GroupMessage


@task()
def tell_change(pk: int) -> None:
    announcements.tell(change=EventChange.objects.get(pk=pk), now=timezone.now())


@task()
def send_group_message(pk: int) -> None:
    group_messages.send_out(GroupMessage.objects.get(pk=pk))
