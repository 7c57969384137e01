"""Visits of pages and searches without results, by day: totals, of nobody in particular."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from wagtail.models import Page, Site

#: How long days are kept.
VISITS_KEPT, SEARCHES_KEPT = timedelta(days=800), timedelta(days=90)


class VisitCount(models.Model):
    """How often a page was read on a day."""

    day = models.DateField("jour", db_index=True)
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, related_name="visit_counts", verbose_name="page"
    )
    count = models.PositiveIntegerField("visites")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "visites d’un jour"
        verbose_name_plural = "visites des jours"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["page", "day"], name="one_count_per_page_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}, {self.count}"


class EmptySearch(models.Model):
    """Folded words for which nothing was found on a day, and how often."""

    day = models.DateField("jour", db_index=True)
    words = models.CharField("recherche", max_length=80)
    count = models.PositiveIntegerField("fois")

    class Meta:
        verbose_name = "recherche sans résultat"
        verbose_name_plural = "recherches sans résultat"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["words", "day"], name="one_count_per_search_and_day")
        ]

    def __str__(self) -> str:
        return self.words


def add_counts(visits: Mapping[str, int], searches: Mapping[str, int], at: datetime) -> None:
    """Add the visits of paths and the searches of a process to the day. A path that is not a page's counts for nothing."""
    day = timezone.localdate(at)
    pages = pages_at(visits)
    with transaction.atomic():
        add(VisitCount, "page_id", day, {pages[path]: visits[path] for path in sorted(pages)})
        add(EmptySearch, "words", day, searches)


def pages_at(paths: Mapping[str, int]) -> dict[str, int]:
    """Return the keys of the published pages that have exactly these paths."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None or not paths:
        return {}
    home = site.root_page.url_path
    wanted = {f"{home}{path[1:]}": path for path in paths}
    found = Page.objects.live().filter(url_path__in=wanted).values_list("url_path", "pk")
    return {wanted[url_path]: key for url_path, key in found}


def add(model: type[models.Model], name: str, day: date, counts: Mapping[Any, int]) -> None:
    """Add to rows or make them, in one statement that no other process can come between."""
    if not counts:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    sql = (
        f"INSERT INTO {table} (day, {name}, count) VALUES (%s, %s, %s) "  # noqa: S608 -- names of ours
        f"ON CONFLICT ({name}, day) DO UPDATE SET count = {table}.count + excluded.count"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(day, key, number) for key, number in counts.items()])


def forget_counts(at: datetime) -> None:
    """Delete the days that are no longer kept."""
    day = timezone.localdate(at)
    VisitCount.objects.filter(day__lt=day - VISITS_KEPT).delete()
    EmptySearch.objects.filter(day__lt=day - SEARCHES_KEPT).delete()
