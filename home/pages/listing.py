"""Filters and pagination of lists.

The query string is `?theme=<slug>&annee=<year>&page=<number>`. Invalid values are ignored (status 200) and never
echoed in the response.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from home.access import reading_rights
from home.models.querysets import SitePageQuerySet
from home.models.themes import Theme
from home.prefetch.facts import facts_of

PER_PAGE = 12
FIRST_YEAR = 2000
LAST_YEAR = 2100


@dataclass(frozen=True)
class Choice:
    """A filter value, as a link that keeps the other filters."""

    title: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Filters:
    """The valid filters of a request, and the values available in the list."""

    theme: Theme | None = None
    year: int | None = None
    themes: tuple[Theme, ...] = ()
    years: tuple[int, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return self.theme is not None or self.year is not None

    def apply(self, pages: SitePageQuerySet) -> SitePageQuerySet:
        if self.theme is not None:
            pages = pages.with_theme(self.theme.slug)
        return pages if self.year is None else pages.published_in(self.year)

    @property
    def query(self) -> str:
        """Return the filters as a query string, for pagination links."""
        return query_of(theme=self.theme, year=self.year)

    @property
    def title(self) -> str:
        """Return the filters for the page title, « Participation, 2024 »; empty without a filter."""
        return ", ".join(str(part) for part in (self.theme, self.year) if part)

    @property
    def theme_choices(self) -> list[Choice]:
        everything = Choice("Tous", address(year=self.year), self.theme is None)
        return [everything, *[self.theme_choice(theme) for theme in self.themes]]

    def theme_choice(self, theme: Theme) -> Choice:
        return Choice(theme.name, address(theme=theme, year=self.year), theme == self.theme)

    @property
    def year_choices(self) -> list[Choice]:
        everything = Choice("Toutes", address(theme=self.theme), self.year is None)
        return [everything, *[self.year_choice(year) for year in self.years]]

    def year_choice(self, year: int) -> Choice:
        return Choice(str(year), address(theme=self.theme, year=year), year == self.year)


def address(*, theme: Theme | None = None, year: int | None = None) -> str:
    """Return the list's URL with these filters, relative to itself."""
    return f"?{query_of(theme=theme, year=year)}"


def query_of(*, theme: Theme | None = None, year: int | None = None) -> str:
    asked = {"theme": theme.slug if theme else None, "annee": year}
    return urlencode({name: value for name, value in asked.items() if value})


def read_filters(
    request: HttpRequest, pages: QuerySet, *, date_field: str = "first_published_at"
) -> Filters:
    """Parse the filters of the query string. Available themes and years are those of at least one of `pages`."""
    years, themes = facts_of(request).get(
        ("filters", request.path, reading_rights(request.user)), lambda: choices(pages, date_field)
    )
    slug, year = request.GET.get("theme", ""), request.GET.get("annee", "")
    return Filters(
        theme=next((theme for theme in themes if theme.slug == slug), None),
        year=next((known for known in years if str(known) == year), None),
        themes=themes,
        years=years,
    )


def choices(pages: QuerySet, date_field: str) -> tuple[tuple[int, ...], tuple[Theme, ...]]:
    years = tuple(
        moment.year
        for moment in pages.order_by().datetimes(date_field, "year", order="DESC")
        if FIRST_YEAR <= moment.year <= LAST_YEAR
    )
    return years, tuple(Theme.objects.filter(pk__in=pages.order_by().values("page_themes__theme")))


def page_of(items: Any, asked: QueryDict, per_page: int = PER_PAGE) -> PaginatorPage:
    """Return the requested page of a list: the first if it is not a number, the last if out of range."""
    return Paginator(items, per_page).get_page(asked.get("page") or 1)


def title_with_place(title: str, filters: Filters, page: PaginatorPage) -> str:
    """Return the list's title with its filters and page: « Actualités : Participation, 2024 (page 2) »."""
    told = f"{title} : {filters.title}" if filters.is_filtered else title
    return f"{told} (page {page.number})" if page.number > 1 else told
