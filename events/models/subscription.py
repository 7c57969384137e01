"""A member's secret calendar feed."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse

from events.models.registration import hash_token, link_token


class CalendarSubscription(models.Model):
    """A secret feed with its owner's access rights, until the owner replaces or closes it.

    The secret is derived as a registration's link is (docs/decisions/0016): the database alone opens nothing.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="calendar_subscription",
        verbose_name="compte",
    )
    link_key = models.UUIDField(editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("ouverte le")

    class Meta:
        verbose_name = "adresse personnelle de l’agenda"
        verbose_name_plural = "adresses personnelles de l’agenda"

    def __str__(self) -> str:
        return f"{self.user}, {self.created_at:%d/%m/%Y}"

    @classmethod
    def open_for(cls, user_id: int, *, at: datetime) -> Self:
        """Give the user a new secret address; the previous one, if any, stops working."""
        key = uuid4()
        values = {"link_key": key, "token_hash": hash_token(link_token(key)), "created_at": at}
        return cls.objects.update_or_create(user_id=user_id, defaults=values)[0]

    @property
    def address(self) -> str:
        return reverse("member_calendar", args=[link_token(self.link_key)])
