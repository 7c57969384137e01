"""Background work of the kernel: primary keys in, one verb each."""

from django_tasks import task

from home.media import renditions


@task()
def make_pictures(page_pk: int) -> None:
    renditions.make_pictures(page_pk)
