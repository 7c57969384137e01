"""A spreadsheet of members that staff bring: kept while they read what would become of it, imported once they say so."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from directory.member_import.enrolment import Verdict, enrol_lines, judge
from directory.member_import.spreadsheet import read_lines
from directory.models import MemberImport, User


class AlreadyConfirmed(Exception):
    """Someone confirmed this import before; the sentence is shown to staff."""


def keep_file(*, name: str, content: bytes, by: User, at: datetime) -> MemberImport:
    """Keep a file that can be read. Raises UnreadableFile, and then nothing is kept."""
    read_lines(name, content)
    row = MemberImport(name=name[:255], brought_by=by, brought_at=at)
    row.file.save("fichier", ContentFile(content), save=False)
    row.save()
    return row


def verdicts_of(row: MemberImport) -> list[Verdict]:
    """What would become of each line now; nothing is written."""
    return list(judge(read_lines(row.name, row.content)))


def newcomers(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if not verdict.refusal and not verdict.known]


def fingerprint(verdicts: Sequence[Verdict]) -> str:
    """Changes when a line would become something else than what was read on the screen."""
    told = [
        f"{one.number} {one.known} {one.refusal} {sorted(one.values.items(), key=str)}"
        for one in verdicts
    ]
    return sha256("\n".join(told).encode()).hexdigest()


@transaction.atomic
def confirm(row: MemberImport, *, invite: bool, at: datetime) -> None:
    """Say that this file is to be imported, once; its task is to be enqueued with it. Raises AlreadyConfirmed."""
    waiting = MemberImport.objects.filter(pk=row.pk, confirmed_at=None)
    if not waiting.update(confirmed_at=at, invite=invite):
        raise AlreadyConfirmed("Cet import est déjà lancé.")


@task()
def import_members(pk: int) -> None:
    """What a confirmed import enqueues."""
    run(MemberImport.objects.get(pk=pk), at=timezone.now())


def run(row: MemberImport, *, at: datetime) -> None:
    """Enrol each good line in a transaction of its own, then forget the file. Again after a fall, it enrols nobody twice."""
    if not row.file:
        return
    lines = read_lines(row.name, row.content)
    told = list(enrol_lines(lines, invite=row.invite, by=row.brought_by))
    row.added = len(newcomers(told))
    row.refused = sum(1 for verdict in told if verdict.refusal)
    row.done_at = at
    row.forget_file()
