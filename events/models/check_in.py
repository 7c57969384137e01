"""Entries of check-in: a person was ticked present, when, and by which telephone or list."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from events.models.enums import CheckInKind, CheckInSource
from events.models.querysets import CheckInQuerySet


class CheckIn(models.Model):
    """One entry of a log to which lines are only added. `Seat.present_at` follows from it.

    It contains no name and no address: it stays when the registration is erased.
    """

    Kind = CheckInKind
    Source = CheckInSource

    #: Chosen by its sender, so that sending it again changes nothing.
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    registration = models.ForeignKey(
        "events.Registration",
        on_delete=models.CASCADE,
        related_name="check_ins",
        verbose_name="inscription",
    )
    session = models.ForeignKey(
        "events.Session",
        on_delete=models.PROTECT,
        related_name="check_ins",
        verbose_name="session",
    )
    kind = models.CharField("action", max_length=10, choices=CheckInKind)
    #: When somebody tapped, which may be long before the entry arrived.
    at = models.DateTimeField("le")
    received_at = models.DateTimeField("reçue le")
    device = models.CharField("téléphone", max_length=40, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="par",
    )
    source = models.CharField("origine", max_length=10, choices=CheckInSource)

    wagtail_reference_index_ignore = True

    objects = CheckInQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "pointage"
        indexes = [models.Index(fields=["registration", "session"], name="check_in_of_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d %H:%M})"
