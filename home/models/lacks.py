"""Things that published pages lack for some of their readers, one row each, written when a page is saved."""

from typing import Any

from django.db import models, transaction
from wagtail.models import Page

from home.editor.content_checks import Fault

#: Remarks of the editor that are reports as well.
REPORTED = (Fault.IMAGE_TEXT, Fault.DOCUMENT_ALONE)


class PageLack(models.Model):
    """A remark on a published page, by the code of its fault, with the picture or document concerned."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", verbose_name="page")
    fault = models.CharField("remarque", max_length=30, db_index=True)
    words = models.CharField("sujet", max_length=255, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "remarque"
        verbose_name_plural = "remarques"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.fault} {self.words}".strip()


def index_lacks(page: Any) -> None:
    """Write what a saved page lacks. A page that is not live, or that is an alias, has no row."""
    is_read = page.live and not page.alias_of_id
    found = [
        (remark.fault.code, remark.words[:255])
        for remark in (page.remarks() if is_read else ())
        if remark.fault in REPORTED
    ]
    rows = PageLack.objects.filter(page=page.pk)
    if list(rows.order_by("pk").values_list("fault", "words")) != found:
        with transaction.atomic():
            rows.delete()
            PageLack.objects.bulk_create(
                [PageLack(page_id=page.pk, fault=fault, words=words) for fault, words in found]
            )
