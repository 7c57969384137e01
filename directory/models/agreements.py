"""Consents of members, given or withdrawn: a dated row per decision."""

from django.conf import settings
from django.db import models


class Agreement(models.Model):
    """A decision, never updated: a withdrawal is another row. Newsletter consents are in home.Consent."""

    CHARTER = "charter"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="agreements",
        verbose_name="compte",
    )
    #: `charter`, or the name of a field of the card.
    subject = models.CharField("sujet", max_length=40)
    given = models.BooleanField("donné")
    text = models.CharField("texte accepté", max_length=255)
    text_version = models.CharField("version du texte", max_length=40)
    source = models.CharField("recueilli par", max_length=60)
    at = models.DateTimeField("le")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "accord"
        indexes = [models.Index(fields=["user", "subject", "at"], name="agreement_last")]

    def __str__(self) -> str:
        return self.text
