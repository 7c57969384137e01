"""Import jobs: an uploaded spreadsheet is stored, previewed by staff, then imported by a task."""

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
from home.batches import LONG


class AlreadyConfirmed(Exception):
    """The import was already confirmed. The message is shown to staff."""


def keep_file(*, name: str, content: bytes, by: User, at: datetime) -> MemberImport:
    """Store an uploaded file. Raise UnreadableFile, without storing it, if it cannot be read."""
    read_lines(name, content)
    row = MemberImport(name=name[:255], brought_by=by, brought_at=at)
    row.file.save("fichier", ContentFile(content), save=False)
    row.save()
    return row


def verdicts_of(row: MemberImport) -> list[Verdict]:
    """Return the current verdict of each line, without writing."""
    return list(judge(read_lines(row.name, row.content)))


def newcomers(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [verdict for verdict in verdicts if not verdict.refusal and not verdict.known]


def fingerprint(verdicts: Sequence[Verdict]) -> str:
    """Return a hash that changes when any verdict differs from the preview."""
    told = [
        f"{one.number} {one.known} {one.refusal} {sorted(one.values.items(), key=str)}"
        for one in verdicts
    ]
    return sha256("\n".join(told).encode()).hexdigest()


@transaction.atomic
def confirm(row: MemberImport, *, invite: bool, at: datetime) -> None:
    """Mark an import as confirmed. The caller enqueues its task in the same transaction. Raise AlreadyConfirmed."""
    waiting = MemberImport.objects.filter(pk=row.pk, confirmed_at=None)
    if not waiting.update(confirmed_at=at, invite=invite):
        raise AlreadyConfirmed("Cet import est déjà lancé.")


@task(queue_name=LONG)
def import_members(pk: int) -> None:
    """Run a confirmed import, as a background task."""
    run(MemberImport.objects.get(pk=pk), at=timezone.now())


def run(row: MemberImport, *, at: datetime) -> None:
    """Enrol each valid line in its own transaction, then delete the file. Safe to run again after a crash."""
    if not row.file:
        return
    lines = read_lines(row.name, row.content)
    told = list(enrol_lines(lines, invite=row.invite, by=row.brought_by))
    row.added = len(newcomers(told))
    row.refused = sum(1 for verdict in told if verdict.refusal)
    row.done_at = at
    row.forget_file()
