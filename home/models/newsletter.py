"""Newsletter subscribers and their dated records of consent."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def active(self) -> Self:
        return self.filter(confirmed_at__isnull=False, left_at__isnull=True)

    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=True)

    def gone(self) -> Self:
        return self.filter(left_at__isnull=False)


class Subscriber(models.Model):
    """A subscribed address. Its state is that of its latest consent; all consents are kept."""

    email = models.CharField("adresse e-mail", max_length=254, unique=True)
    created_at = models.DateTimeField("demande du", auto_now_add=True)
    confirmed_at = models.DateTimeField("abonné·e depuis le", null=True, blank=True)
    left_at = models.DateTimeField("désabonné·e le", null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = "abonné·e à la lettre"
        verbose_name_plural = "abonné·es à la lettre"
        ordering = ["-created_at", "-pk"]
        permissions = [("export_subscriber", "Peut exporter les abonné·es à la lettre")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(confirmed_at__isnull=False),
                name="subscriber_left_after_confirming",
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_active(self) -> bool:
        return self.confirmed_at is not None and self.left_at is None

    def keep_state(self, *, confirmed_at: datetime | None, left_at: datetime | None) -> None:
        self.confirmed_at, self.left_at = confirmed_at, left_at
        self.save(update_fields=["confirmed_at", "left_at"])


class Consent(models.Model):
    """A record of consent: the text accepted, where and when, its confirmation by e-mail and its withdrawal."""

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="consents", verbose_name="abonné·e"
    )
    text_version = models.CharField("version du texte", max_length=20)
    text = models.TextField("texte accepté")
    source = models.CharField("recueilli par", max_length=60)
    given_at = models.DateTimeField("donné le")
    confirmed_at = models.DateTimeField("confirmé le", null=True, blank=True)
    left_at = models.DateTimeField("retiré le", null=True, blank=True)
    left_source = models.CharField("retiré par", max_length=60, blank=True)

    class Meta:
        verbose_name = "consentement"
        verbose_name_plural = "consentements"
        ordering = ["given_at", "pk"]

    def __str__(self) -> str:
        return f"{self.text_version}, {self.source}"

    def in_words(self) -> str:
        """Return the record as a French sentence, for staff."""
        steps = [
            ("donné", self.given_at),
            ("confirmé", self.confirmed_at),
            ("retiré", self.left_at),
        ]
        dates = ", ".join(
            f"{word} le {date_format(localtime(moment), 'j F Y à H:i')}"
            for word, moment in steps
            if moment
        )
        return f"« {self.text} » (version {self.text_version}, {self.source}) : {dates}."
