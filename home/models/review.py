"""When a page is to be read again.

A page type says how many months after its last publication; editors may choose another day, or none. The choice is not content: it
is kept beside the page, so that no draft and no older version brings an earlier one back.
"""

from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

from home.periods import months_after, months_before

#: Months that « Reporter » adds where the page type has no rhythm.
USUAL = 6


class PageReview(models.Model):
    """The day that an editor chose for a page. Without a row, the rhythm of its type applies."""

    page = models.OneToOneField(
        Page, on_delete=models.CASCADE, related_name="review", verbose_name="page"
    )
    #: None: never.
    due_on = models.DateField("à relire le", null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "relecture d’une page"
        verbose_name_plural = "relectures de pages"

    def __str__(self) -> str:
        return f"{self.page}, {self.due_on or '–'}"


def pages_to_review(now: datetime) -> PageQuerySet:
    """Return the published pages whose day has come, in Paris. One query."""
    due = Q(review__due_on__lte=localtime(now).date())
    for months, types in types_by_rhythm().items():
        long_ago = months_before(now, months)
        due |= Q(review=None, content_type__in=types, last_published_at__lte=long_ago)
    pages = Page.objects.live().filter(due, alias_of=None)
    return pages.select_related("review").order_by("last_published_at", "pk")


def types_by_rhythm() -> dict[int, list[ContentType]]:
    found: dict[int, list[ContentType]] = {}
    for model in get_page_models():
        if months := getattr(model, "review_months", 0):
            found.setdefault(months, []).append(ContentType.objects.get_for_model(model))
    return found


def due_day_of(page: Any) -> date | None:
    """Return the day of a page: the one chosen, else that of its rhythm once it is published, else None."""
    chosen = PageReview.objects.filter(page=page.pk).first() if page.pk else None
    if chosen:
        return chosen.due_on
    if not (page.review_months and page.last_published_at):
        return None
    return months_after(page.last_published_at, page.review_months).date()


def choose_day(page: Page, day: date | None) -> None:
    PageReview.objects.update_or_create(page_id=page.pk, defaults={"due_on": day})


def postpone(page: Any, now: datetime) -> date:
    """Put the review of a page off, by the rhythm of its type. Return the day."""
    day = months_after(now, page.review_months or USUAL).date()
    choose_day(page, day)
    return day
