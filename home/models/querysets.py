"""The words that lists of pages are asked in. What a visitor may see is `home.access.visible_to`."""

from typing import Self, TypeVar

from django.db.models import Model, QuerySet
from wagtail.query import PageQuerySet

Row = TypeVar("Row", bound=Model)


def one_or_none(rows: "QuerySet[Row]") -> Row | None:
    """The row of a query that finds one at most.

    Not `first()`: it sorts, and to sort Django compares each selected column, a millisecond for a page's.
    """
    return next(iter(rows.order_by()[:1]), None)


class SitePageQuerySet(PageQuerySet):
    """Pages of any kind: news, recaps, events and resources answer the same words.

    `SitePageQuerySet(Page)` is a mixed list; a page type that needs more inherits it.
    """

    def newest_first(self) -> Self:
        return self.order_by("-first_published_at", "-pk")

    def with_theme(self, slug: str) -> Self:
        return self.filter(page_themes__theme__slug=slug)

    def published_in(self, year: int) -> Self:
        """Pages whose publication date, in the site's time zone, falls in that year."""
        return self.filter(first_published_at__year=year)
