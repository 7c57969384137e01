"""The figures of a year as people read them: counted now, or those of a closed year."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from home.access import Account
from home.figures.answers import Figure, Row, Scope, count_figures
from home.figures.small_numbers import ShownFigure, shown
from home.french import long_date
from home.models import Theme, YearFigures

#: Before which no network of this kind kept figures on a website.
FIRST_YEAR = 2000


class YearRefused(Exception):
    """The year cannot be closed, or opened again. The message is a French sentence."""


@dataclass(frozen=True)
class ThemeName:
    slug: str
    name: str


@dataclass(frozen=True)
class Statement:
    scope: Scope
    figures: Sequence[Figure]
    themes: Sequence[ThemeName]
    closed: YearFigures | None = None
    hides: bool = True

    @property
    def theme_name(self) -> str:
        return next((one.name for one in self.themes if one.slug == self.scope.theme), "")

    @property
    def title(self) -> str:
        theme = f", {self.theme_name}" if self.scope.theme else ""
        return f"Bilan de l’année {self.scope.year}{theme}"

    @property
    def state(self) -> str:
        """Return in a sentence how much the figures may still change."""
        if self.closed is not None:
            by = f" par {self.closed.closed_by}" if self.closed.closed_by else ""
            if self.closed.is_automatic:
                by = " par le site, avant d’effacer des noms"
            day = long_date(self.closed.closed_at, weekday=False)
            return f"Année close le {day}{by}\u00a0: ces chiffres ne changent plus."
        when = "l’année n’est pas finie" if not self.scope.is_over else "l’année n’est pas close"
        return f"Chiffres provisoires, comptés le {long_date(self.scope.now, weekday=False)}\u00a0: {when}."

    def groups(self) -> Iterator[tuple[str, list[ShownFigure]]]:
        """Yield the headings, each with its figures as they are shown."""
        for group, found in groupby(self.figures, key=lambda figure: figure.group):
            yield group, [shown(figure, hides=self.hides) for figure in found]


def statement_of(scope: Scope, *, hides: bool = True) -> Statement | None:
    """Return the figures, or None for a theme that does not exist."""
    kept = {row.theme: row for row in YearFigures.objects.of_year(scope.year)}
    if kept:
        themes = [ThemeName(row.theme, row.theme_name) for row in kept.values() if row.theme]
        row = kept.get(scope.theme)
        if row is None:
            return None
        return Statement(scope, [figure_from(one) for one in row.figures], themes, row, hides)
    themes = [ThemeName(one.slug, one.name) for one in Theme.objects.all()]
    if scope.theme and scope.theme not in {one.slug for one in themes}:
        return None
    return Statement(scope, count_figures(scope), themes, None, hides)


def figure_from(kept: dict[str, Any]) -> Figure:
    return Figure(**kept | {"rows": tuple(Row(**row) for row in kept["rows"])})


def close_year(*, year: int, by: Account | None, now: datetime) -> None:
    """Keep the figures of the year and of each of its themes as they are now, or raise YearRefused."""
    scope = Scope(year, now)
    if not scope.is_over:
        raise YearRefused(
            f"L’année {year} n’est pas finie\u00a0: elle peut être close à partir du 1er\u00a0janvier {year + 1}."
        )
    if YearFigures.objects.of_year(year).exists():
        raise YearRefused(f"L’année {year} est déjà close.")
    # Counted before the transaction, which holds the only writer of SQLite.
    themes = [ThemeName("", ""), *(ThemeName(one.slug, one.name) for one in Theme.objects.all())]
    rows = [
        YearFigures(
            year=year,
            theme=theme.slug,
            theme_name=theme.name,
            figures=[asdict(one) for one in count_figures(Scope(year, now, theme.slug))],
            closed_at=now,
            closed_by=by,
            is_automatic=by is None,
        )
        for theme in themes
    ]
    with transaction.atomic():
        # Two people who close together: the first one's rows stand.
        YearFigures.objects.bulk_create(rows, ignore_conflicts=True)


def close_before_erasure(*, year: int, now: datetime) -> None:
    """Close a year that is over and still open, because names that its figures rest on are about to be erased."""
    if Scope(year, now).is_over and not YearFigures.objects.of_year(year).exists():
        close_year(year=year, by=None, now=now)


def reopen_year(*, year: int, by: Account) -> None:
    """Forget the figures that were kept: they are counted again from what is still known. Superusers only."""
    if not by.is_superuser:
        raise YearRefused("Seule une personne qui administre le site peut rouvrir une année.")
    if not YearFigures.objects.of_year(year).delete()[0]:
        raise YearRefused(f"L’année {year} n’est pas close.")
