"""Background work of the kernel: primary keys in, one verb each."""

from django_tasks import task

from home import mailing, picturing


@task()
def deliver(pk: int) -> None:
    mailing.deliver(pk)


@task()
def make_pictures(page_pk: int) -> None:
    picturing.make_pictures(page_pk)
