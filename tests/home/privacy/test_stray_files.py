"""The nightly sweep of files that no row names."""

import logging
import os
from datetime import timedelta
from pathlib import Path, PurePosixPath

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db.models import FileField
from django.utils import timezone
from wagtail.models import UploadedFile

from home.models import SiteDocument
from home.privacy import stray_files
from home.privacy.stray_files import FOLDERS, delete_stray_files, names_in_rows
from tests.builders import make_document, make_image

pytestmark = pytest.mark.django_db
PRIVATE = FOLDERS["private"]


@pytest.fixture
def storage(tmp_path):
    return FileSystemStorage(tmp_path)


def put(storage, path, *, days=2):
    """Store a file, as one of some days ago."""
    name = storage.save(path, ContentFile(b"x"))
    changed = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(storage.path(name), (changed, changed))
    return name


def left_in(storage):
    root = Path(storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def sweep(storage, folders=PRIVATE):
    return delete_stray_files(storage, folders, timezone.now())


@pytest.mark.parametrize("folder", PRIVATE)
def test_an_old_file_that_no_row_names_is_deleted_and_counted(storage, folder, caplog):
    put(storage, f"{folder}/left.pdf")
    put(storage, f"{folder}/2026/11/left.pdf")

    with caplog.at_level(logging.INFO):
        assert sweep(storage) == 2

    assert left_in(storage) == set()
    assert "2 files that belonged to no row are deleted" in caplog.text


def test_a_file_of_an_upload_that_is_under_way_stays(storage):
    name = put(storage, "documents/arriving.pdf", days=0.9)

    sweep(storage)

    assert left_in(storage) == {name}


def test_a_file_that_a_row_names_stays(storage):
    document, image = make_document(), make_image()
    for row in (document, image):
        put(storage, row.file.name)

    assert sweep(storage) == 0
    assert left_in(storage) == {document.file.name, image.file.name}


def test_a_row_written_while_files_are_listed_is_known(storage, monkeypatch):
    name = put(storage, "documents/slow.pdf")

    def name_it(*args):
        yield name
        SiteDocument.objects.bulk_create([SiteDocument(title="Programme", file=name)])

    monkeypatch.setattr(stray_files, "files_in", name_it)
    sweep(storage, ("documents",))

    assert left_in(storage) == {name}


def test_other_folders_of_a_bucket_are_not_ours(storage):
    name = put(storage, "backups/yesterday.tar")

    sweep(storage)

    assert left_in(storage) == {name}


def test_nothing_is_deleted_where_the_rows_seem_to_be_missing(storage, caplog):
    """A database restored empty beside its files would lose them all at night."""
    for number in range(30):
        put(storage, f"documents/{number}.pdf")

    assert sweep(storage) == 0
    assert len(left_in(storage)) == 30
    assert "nothing is deleted" in caplog.text


def test_an_upload_that_nobody_finished_goes_with_its_row(storage):
    name = put(storage, "wagtail_uploads/photo.jpg")
    UploadedFile.objects.create(file=name)

    sweep(storage, FOLDERS["default"])

    assert left_in(storage) == set()
    assert not UploadedFile.objects.exists()


def test_a_rendition_without_a_row_goes(storage):
    image = make_image()
    kept = put(storage, image.renditions.first().file.name)
    put(storage, "images/left.jpg")

    assert sweep(storage, FOLDERS["default"]) == 1
    assert left_in(storage) == {kept}


def test_every_folder_that_rows_use_is_swept():
    known = {folder for folders in FOLDERS.values() for folder in folders}
    fields = [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, FileField)
    ]

    used = {
        PurePosixPath(field.generate_filename(field.model(), "a.jpg")).parts[0] for field in fields
    }

    assert used == known


def test_the_names_of_all_rows_are_known():
    document, image = make_document(), make_image()

    assert names_in_rows() >= {document.file.name, image.file.name}
