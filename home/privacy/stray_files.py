"""Files that no row names: left by a process that was killed, or a disk that was full, in the middle of an upload.

They hold personal data like any other, and an erasure does not find them.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.apps import apps
from django.core.files.storage import Storage, storages
from django.db.models import FileField
from django.utils import timezone
from django_tasks import task
from wagtail.models import UploadedFile

from home.batches import LONG

logger = logging.getLogger(__name__)

#: Folders in which rows keep their files, by storage. A bucket may hold other folders, which are not ours.
FOLDERS = {
    "private": ("documents", "emargements", "fiches", "imports", "inscriptions", "original_images"),
    "default": ("avatar_images", "images", "wagtail_uploads"),
}
#: A file that is younger may belong to an upload that is under way.
AGE = timedelta(days=1)
#: More than this number and this share at once is no accident of uploads: the database is another one, or lacks rows.
MOST, MOST_OF_ALL = 20, 0.5


@task(queue_name=LONG)
def sweep_stray_files() -> None:
    """Run the sweep. Enqueued by the clock each night."""
    now = timezone.now()
    for name, folders in FOLDERS.items():
        delete_stray_files(storages[name], folders, now)


def delete_stray_files(storage: Storage, folders: tuple[str, ...], at: datetime) -> int:
    """Delete the files older than a day that no row names, and return their number. Too many are left, and told."""
    found = [path for folder in folders for path in files_in(storage, folder)]
    named = names_in_rows()  # after the files are listed: a row that was written meanwhile is known
    stray = [path for path in found if path not in named and is_old(storage, path, at)]
    if len(stray) > max(MOST, len(found) * MOST_OF_ALL):
        logger.error(
            "%s of %s files belong to no row: nothing is deleted. Is this the database of these files?",
            len(stray),
            len(found),
        )
        return 0
    for path in stray:
        storage.delete(path)
    UploadedFile.objects.filter(file__in=stray).delete()
    logger.info("%s files that belonged to no row are deleted, of %s", len(stray), len(found))
    return len(stray)


def files_in(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored there
        return
    for name in filter(None, names):
        yield str(PurePosixPath(folder, name))
    for name in folders:
        yield from files_in(storage, str(PurePosixPath(folder, name)))


def names_in_rows() -> set[str]:
    """Return the names of the files of all rows, whatever their model, but those of unfinished uploads."""
    fields = [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, FileField) and model is not UploadedFile
    ]
    return {
        name
        for field in fields
        for name in field.model._base_manager.values_list(field.name, flat=True).iterator()
        if name
    }


def is_old(storage: Storage, path: str, at: datetime) -> bool:
    try:
        return storage.get_modified_time(path) < at - AGE
    except FileNotFoundError:  # its row and it were deleted meanwhile
        return False
