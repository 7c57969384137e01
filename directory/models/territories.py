"""Where people work: departments, the intercommunalities inside them, the communes inside those."""

from django.db import models

from directory.querysets import TerritoryQuerySet


class Territory(models.Model):
    class Kind(models.TextChoices):
        DEPARTMENT = "department", "département"
        EPCI = "epci", "intercommunalité"
        COMMUNE = "commune", "commune"

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

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="department", parent=None) | ~models.Q(kind="department"),
                name="territory_department_is_a_root",
            )
        ]

    def __str__(self) -> str:
        return self.name
