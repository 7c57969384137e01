"""Background work that spans apps."""

from django.utils import timezone
from django_tasks import task

from site_cms.sentinel import run_watch


@task()
def watch_what_is_private() -> None:
    run_watch(timezone.now())
