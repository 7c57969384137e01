"""Counts of opened cards, to detect copying of the directory without recording what members read."""

from django.conf import settings
from django.db import models

from directory.models.querysets import CardOpeningsQuerySet


class CardOpenings(models.Model):
    """The number of cards that a member opened in a day, without which ones."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="card_openings",
        verbose_name="membre",
    )
    day = models.DateField("jour")
    count = models.PositiveIntegerField("fiches ouvertes", default=1)

    objects = CardOpeningsQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-count"]
        verbose_name = "fiches ouvertes en un jour"
        verbose_name_plural = "fiches ouvertes par jour"
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="card_openings_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.day}"
