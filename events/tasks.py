"""Background work of events: primary keys in, one verb each."""

from django.utils import timezone
from django_tasks import task

from events import announcing
from events.models import EventChange


@task()
def tell_change(pk: int) -> None:
    announcing.tell(change=EventChange.objects.get(pk=pk), now=timezone.now())
