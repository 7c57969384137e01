"""Territories: departments, their intercommunalities, and the communes in these."""

from django.core.exceptions import ValidationError
from django.db import models

from directory.models.enums import TerritoryKind
from directory.models.outlines import NotAnOutline, read_outline
from directory.models.querysets import TerritoryQuerySet


def check_outline(text: str) -> None:
    try:
        read_outline(text)
    except NotAnOutline as error:
        raise ValidationError(str(error)) from error


class Territory(models.Model):
    Kind = TerritoryKind

    kind = models.CharField("niveau", max_length=12, choices=Kind.choices)
    name = models.CharField("nom", max_length=120)
    code = models.CharField(
        "code officiel",
        max_length=9,
        unique=True,
        help_text="Code Insee d’un département ou d’une commune, SIREN d’une intercommunalité.",
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        verbose_name="fait partie de",
    )
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)

    outline = models.TextField(
        "contour sur la carte",
        blank=True,
        validators=[check_outline],
        help_text="Des points « latitude,longitude » séparés par des espaces, dans l’ordre du tour. Vide : pas de contour.",
    )

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=TerritoryKind.DEPARTMENT, parent=None)
                | ~models.Q(kind=TerritoryKind.DEPARTMENT),
                name="territory_department_is_a_root",
            )
        ]

    def __str__(self) -> str:
        return self.name
