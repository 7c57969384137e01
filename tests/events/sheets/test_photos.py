"""Photos of signed sheets: who keeps and opens them, and until when."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.tests.utils import get_test_image_file_jpeg

from events.models import SheetPhoto
from events.sheets.photos import forget_sheet_photos
from home.files import private_storage
from tests.builders import NOW, make_event

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,
    pytest.mark.usefixtures("wagtail_templates"),
]


def photo(name: str = "feuille.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, get_test_image_file_jpeg().file.getvalue())


def test_good_files_are_kept_and_the_others_named(admin):
    event = make_event()
    files = [photo(), photo("copie.pdf"), photo("lettre.docx")]

    page = admin.post(
        f"/admin/evenements/{event.pk}/le-jour-meme/photos/", {"photos": files}, follow=True
    ).content.decode()

    kept = SheetPhoto.objects.get()
    assert (kept.name, kept.added_by.email) == ("feuille.jpg", "admin@example.org")
    assert "copie.pdf" in page
    assert "lettre.docx" in page
    file = admin.get(f"/admin/evenements/{event.pk}/le-jour-meme/photos/{kept.uuid}/")
    assert (file["Cache-Control"], file["Content-Disposition"]) == (
        "private, no-store, max-age=0, no-cache, must-revalidate",
        'attachment; filename="feuille.jpg"',
    )
    file.close()


def test_a_photo_is_erased_when_its_time_is_over(django_capture_on_commit_callbacks):
    """It has no address of its own, and its file goes with its row."""
    event = make_event(starts_at=NOW - timedelta(days=365))
    kept = SheetPhoto(event=event, name="feuille.jpg", added_at=NOW)
    kept.file.save("feuille.jpg", photo())
    path = kept.file.name

    forget_sheet_photos(NOW + timedelta(days=4 * 365 - 10))
    before = SheetPhoto.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        forget_sheet_photos(NOW + timedelta(days=4 * 365 + 10))

    assert (before, SheetPhoto.objects.count()) == (1, 0)
    assert not private_storage().exists(path)
    with pytest.raises(NotImplementedError):
        kept.file.url  # noqa: B018 -- asked for its refusal
