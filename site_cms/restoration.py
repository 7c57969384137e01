"""Putting a backup back, and copying a database into another: all of it, or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from events.messages.announcements import tell_change
from events.messages.group_messages import send_group_message
from events.models import EventChange, GroupMessage
from home.media.page_pictures import plan_pictures
from home.models import OutgoingEmail, ShareImage, SiteRendition
from home.models.mail import Reason
from site_cms.backup import BadBackup, Contents, members_of, read_backup, rows_in, walk
from site_cms.shelf.generations import change
from site_cms.tables import (
    Table,
    applied_migrations,
    clear_tables,
    holds_a_site,
    number_on,
    write_rows,
)

RESTORED = "Message d’avant la restauration du site : il est peut-être parti depuis. Renvoyez-le s’il sert encore."
#: Sessions of a backup are not given back: one that was closed since would open again.
NOT_RESTORED = {"django_session", "usersessions_usersession"}


class NotEmpty(Exception):
    """The site has accounts or files already."""


class OtherVersion(Exception):
    """The backup comes from a version of the site whose tables this one cannot make."""


def restore(path: Path, *, replace: bool, tell: Callable[[str], Any]) -> Contents:
    """Put a backup back into this site. Raise BadBackup, NotEmpty or OtherVersion before anything is written."""
    contents = read_backup(path)
    if not replace and (holds_a_site(using="default") or any(walk(storages["private"]))):
        raise NotEmpty
    migrate_to(contents)
    written: list[tuple[str, str]] = []
    try:
        with transaction.atomic():
            load(path, contents, written)
            connection.check_constraints()
    except BaseException:
        for alias, name in written:
            storages[alias].delete(name)
        raise
    if replace:
        forget_other_files(contents)
    call_command("migrate", interactive=False, verbosity=0)
    calm_down(tell)
    call_command("update_index", verbosity=0)
    change()
    return contents


def migrate_to(contents: Contents) -> None:
    """Give the database the tables that the backup's rows fit."""
    executor = MigrationExecutor(connection)
    graph, known = executor.loader.graph, executor.loader.disk_migrations
    made = {(app, name) for app, name in contents.migrations}
    if unknown := sorted(made - known.keys() - graph.nodes.keys()):
        raise OtherVersion(
            f"it was made by a newer version of the site ({'.'.join(unknown[0])} is not known here)"
        )
    ours = made & graph.nodes.keys()
    if later := sorted((applied_migrations(using="default") & graph.nodes.keys()) - ours):
        raise OtherVersion(
            f"the database is of a newer version ({'.'.join(later[0])}): restore into an empty one"
        )
    ends = [
        one for one in ours
        if not any(child.key[0] == one[0] and child.key in ours for child in graph.node_map[one].children)
    ]  # fmt: skip
    executor.migrate([one for one in ends if one not in executor.loader.applied_migrations])


def load(path: Path, contents: Contents, written: list[tuple[str, str]]) -> None:
    """Write rows and files, in the caller's transaction; `written` tells which files are new."""
    described = {table["name"]: table for table in contents.tables}
    clear_tables(map(Table.from_dict, contents.tables), using="default")
    for member, file in members_of(path):
        kind, _, rest = member.partition("/")
        name = rest.removesuffix(".jsonl.gz")
        if kind == "tables" and name not in NOT_RESTORED:
            table = Table.from_dict(described[name])
            if write_rows(table, rows_in(file), using="default") != described[name]["rows"]:
                raise BadBackup(f"{name} does not have the rows that its list says")
            number_on(table, described[name]["last"], using="default")
        elif kind == "files":
            write_file(rest, file, written)


def write_file(path: str, content: Any, written: list[tuple[str, str]]) -> None:
    alias, _, name = path.partition("/")
    storage = storages[alias]
    if storage.exists(name):
        storage.delete(name)
    else:
        written.append((alias, name))
    if storage.save(name, File(content, name)) != name:
        raise BadBackup(f"{name} is not a name that the storage takes")


def forget_other_files(contents: Contents) -> None:
    kept = set(contents.files)
    for name in list(walk(storages["private"])):
        if f"files/private/{name}" not in kept:
            storages["private"].delete(name)


# What a restored site must not do again


@transaction.atomic
def calm_down(tell: Callable[[str], Any]) -> None:
    """Hold messages that may have left since the backup, and have pictures without files drawn again."""
    states = [OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING]
    held = OutgoingEmail.objects.filter(state__in=states) | OutgoingEmail.objects.waiting()
    number = held.update(
        state=OutgoingEmail.State.FAILED,
        due_at=None,
        reason=Reason.RESTORED,
        last_error=RESTORED,
    )
    half = GroupMessage.objects.filter(finished=False).update(finished=True)
    half += EventChange.objects.unfinished().update(state=EventChange.State.SENT)
    paths = [send_group_message.module_path, tell_change.module_path]
    DBTaskResult.objects.ready().filter(task_path__in=paths).delete()
    tell(f"{number} messages that waited are held: staff resend them in the back office")
    if half:
        tell(f"{half} messages to many were being written, and are not gone on with")
    forget_lost_renditions()
    ShareImage.objects.all().delete()
    for page in Page.objects.live().specific():
        if hasattr(page, "main_image_id"):
            plan_pictures(page)


def forget_lost_renditions() -> None:
    """Delete the rows of renditions whose files are gone, so that the worker draws them again."""
    lost = [
        pk
        for pk, name in SiteRendition.objects.values_list("pk", "file").iterator()
        if not storages["default"].exists(name)
    ]
    rows = SiteRendition.objects.filter(pk__in=lost)
    rows._raw_delete(rows.db)
