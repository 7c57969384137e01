"""QuerySets shared by page types. To filter by access, use `home.access.visible_to`."""

from typing import Self, TypeVar

from django.db.models import Model, QuerySet
from wagtail.query import PageQuerySet

Row = TypeVar("Row", bound=Model)


def one_or_none(rows: "QuerySet[Row]") -> Row | None:
    """Return the row of a query that matches one at most, or None.

    Faster than `first()`, which orders the query: resolving that against all the columns of a page takes 1 ms.
    """
    return next(iter(rows.order_by()[:1]), None)


class SitePageQuerySet(PageQuerySet):
    """QuerySet of pages of any type: news, recaps, events, resources.

    `SitePageQuerySet(Page)` is a mixed list; a page type that needs more methods subclasses it.
    """

    def newest_first(self) -> Self:
        return self.order_by("-first_published_at", "-pk")

    def with_theme(self, slug: str) -> Self:
        return self.filter(page_themes__theme__slug=slug)

    def published_in(self, year: int) -> Self:
        """Pages first published in that year, in the site's time zone."""
        return self.filter(first_published_at__year=year)
