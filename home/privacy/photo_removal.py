"""A photo that somebody asks to remove leaves every page, draft or public, before it is deleted with its sizes."""

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.blocks.stream_block import StreamValue
from wagtail.images.views.images import DeleteView
from wagtail.models import Page

from home.access import Account
from home.models import SiteImage
from home.privacy.page_content import take_out_of_page


class RemovePhoto(DeleteView):
    """Wagtail's screen that deletes an image: its rights, and the list of pages that show it."""

    page_title = "Retirer cette photo partout"

    def delete_action(self) -> HttpResponse:
        with transaction.atomic():
            take_out_of_pages(image=self.object, by=self.request.user)
            return super().delete_action()


remove_photo = never_cache(require_admin_access(RemovePhoto.as_view()))


def take_out_of_pages(*, image: SiteImage, by: Account) -> None:
    for page in Page.objects.specific():
        take_out_of_page(page, lambda one: lose(one, image), by=by)


def lose(page: Page, image: SiteImage) -> bool:
    """Take the photo out of the fields and the body of this page. Return whether it was there."""
    fields = [
        field.name
        for field in page._meta.concrete_fields
        if field.related_model is SiteImage and getattr(page, field.attname) == image.pk
    ]
    for name in fields:
        setattr(page, name, None)
    body = getattr(page, "body", None)
    if not isinstance(body, StreamValue):
        return bool(fields)
    stored = body.get_prep_value()
    kept = without(stored, image.pk)
    if kept != stored:
        page.body = body.stream_block.to_python(kept)
    return bool(fields) or kept != stored


def without(stored: Any, key: int) -> Any:
    """Return stored blocks without the rows and blocks of this photo, and without galleries that it leaves empty."""
    if isinstance(stored, list):
        return [without(each, key) for each in stored if not shows_nothing_else(each, key)]
    if not isinstance(stored, dict):
        return stored
    if stored.get("image") == key:  # a portrait, which a person may lack
        return stored | {"image": None, "alt_text": ""}
    return {name: without(value, key) for name, value in stored.items()}


def shows_nothing_else(block: Any, key: int) -> bool:
    value = block.get("value", block) if isinstance(block, dict) else None
    if not isinstance(value, dict):
        return False
    rows = value.get("pictures")
    if rows:
        return all(shows_nothing_else(row, key) for row in rows)
    shown = value.get("image")
    return isinstance(shown, dict) and shown.get("image") == key
