"""Signs of life: the clock gives its own each minute, and asks each worker for one by a task on its queue."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from home.batches import LONG, enqueue_once
from home.models.heartbeat import CLOCK, WORKER, Heartbeat
from home.models.mail import Priority


def process_of(queue: str) -> str:
    """Return the name in the Procfile of the process that runs this queue."""
    return {"default": WORKER, LONG: "pictures"}.get(queue, queue)


def queues() -> list[str]:
    return list(settings.TASKS["default"].get("QUEUES") or ["default"])


@task(priority=Priority.CODE)
def give_sign(queue: str) -> None:
    """Run by the process of this queue."""
    Heartbeat.objects.beat(process_of(queue), timezone.now())


def ask_for_signs(at: datetime) -> None:
    """Give the clock's sign and ask for those of the workers. Run by the clock each minute."""
    Heartbeat.objects.beat(CLOCK, at)
    for queue in queues():
        enqueue_once(give_sign.using(queue_name=queue), queue, at=at)


def expect_signs(at: datetime) -> None:
    """Count silences from now on. Run by `release`, before the processes start."""
    for name in [CLOCK, *map(process_of, queues())]:
        Heartbeat.objects.expect(name, at)
