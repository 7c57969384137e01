"""Figures of a closed year: totals of nobody in particular, which no erasure changes."""

from typing import Any

from django.conf import settings
from django.db import models


class YearFiguresQuerySet(models.QuerySet["YearFigures"]):
    def of_year(self, year: int) -> "YearFiguresQuerySet":
        return self.filter(year=year).select_related("closed_by")


class YearFigures(models.Model):
    """The figures of a year, or of one theme in it, as they were when the year was closed."""

    year = models.PositiveSmallIntegerField("année")
    #: Empty for the whole year. Not a foreign key: the theme may go, its figures stay.
    theme = models.SlugField("identifiant du thème", max_length=80, blank=True)
    theme_name = models.CharField("thème", max_length=80, blank=True)
    #: `home.figures.answers.Figure`, as dictionaries.
    figures: Any = models.JSONField("chiffres")
    closed_at = models.DateTimeField("close le")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="close par",
    )
    is_automatic = models.BooleanField("close par le site", default=False)

    objects = YearFiguresQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "theme_name"]
        verbose_name = "chiffres d’une année"
        verbose_name_plural = "chiffres des années"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["year", "theme"], name="figures_once_per_year_and_theme"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}, {self.theme_name}" if self.theme else str(self.year)
