"""Background work of the directory: primary keys in, one verb each."""

from django.utils import timezone
from django_tasks import task

from directory.member_import import jobs
from directory.models import MemberImport


@task()
def import_members(pk: int) -> None:
    jobs.run(MemberImport.objects.get(pk=pk), at=timezone.now())
