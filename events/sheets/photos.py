"""Photos of signed sheets: private files, kept as long as those who fund the network may ask for them."""

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from events.models import EventPage, SheetPhoto
from events.registration.fields import shown_name
from home.access import Account
from home.batches import one_by_one
from home.models import SiteSettings
from home.periods import months_before


def add_photo(*, event: EventPage, file: File, by: Account, now: datetime) -> SheetPhoto:
    """Keep a file that has passed the door of documents (`events.registration.fields.DocumentField`)."""
    photo = SheetPhoto(event=event, name=shown_name(file), added_at=now, added_by=by)
    photo.file.save(photo.name, file, save=True)
    return photo


def forget_sheet_photos(at: datetime) -> None:
    """Erase the photos of events that ended longer ago than the site's setting says. Called by the clock."""
    one_by_one(SheetPhoto.objects.filter(event__ends_at__lte=limit_of_photos(at)), forget_photo)


def limit_of_photos(at: datetime) -> datetime:
    return months_before(at, 12 * SiteSettings.of_network().sheets_kept_years)


@transaction.atomic
def forget_photo(photo: SheetPhoto) -> None:
    photo.erase()
