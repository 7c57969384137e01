"""Background work of the directory: primary keys in, one verb each."""

from django.utils import timezone
from django_tasks import task

from directory import bringing
from directory.models import MemberImport


@task()
def import_members(pk: int) -> None:
    bringing.run(MemberImport.objects.get(pk=pk), at=timezone.now())
