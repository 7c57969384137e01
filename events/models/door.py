"""The secret address by which people are checked in on the day, without an account."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse

from events.models.dates import local, midnight, midnight_after
from events.models.registration import hash_token, link_token
from home.access import Account

#: How long a telephone may send what it noted on the day. The list itself ends with the day.
LATE_ENTRIES = timedelta(days=7)
SHORTEST = timedelta(microseconds=1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Door(models.Model):
    """One per event, until it is closed or opened with another address. It is valid on the days of the event only."""

    event = models.OneToOneField(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="door",
        verbose_name="événement",
    )
    link_key = models.UUIDField(editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="ouvert par",
    )
    opened_at = models.DateTimeField("ouvert le")
    #: How many telephones have asked for a name.
    telephones = models.PositiveSmallIntegerField(default=0, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "accueil"
        verbose_name_plural = "accueils"

    def __str__(self) -> str:
        return f"Accueil, {self.event}"

    @classmethod
    def found_by(cls, token: str) -> Self | None:
        return cls.objects.select_related("event").filter(token_hash=hash_token(token)).first()

    @classmethod
    def open_for(cls, event: Any, *, by: Account, at: datetime) -> Self:
        """Give the event a new secret address; the previous one, if any, stops working. Telephones keep their names."""
        key = uuid4()
        values = {
            "link_key": key,
            "token_hash": hash_token(link_token(key)),
            "opened_by": by,
            "opened_at": at,
        }
        return cls.objects.update_or_create(event_id=event.pk, defaults=values)[0]

    @property
    def address(self) -> str:
        return reverse("door", args=[link_token(self.link_key)])

    @property
    def opens_at(self) -> datetime | None:
        """The first moment of the first day (Paris time), or None without a date."""
        starts_at = self.event.starts_at
        return midnight(local(starts_at).date()) if starts_at else None

    @property
    def closes_at(self) -> datetime:
        """The midnight that ends the last day. An event that ends at midnight ends with the day before."""
        return midnight_after(self.event.ends_at - SHORTEST)

    def is_open(self, now: datetime) -> bool:
        """Whether its list may be read now."""
        opens_at = self.opens_at
        return opens_at is not None and self.event.is_planned and opens_at <= now < self.closes_at

    def takes_entries(self, now: datetime) -> bool:
        """Whether a telephone may still send what it noted: nothing can be read any more once the day is over."""
        opens_at = self.opens_at
        return opens_at is not None and opens_at <= now < self.closes_at + LATE_ENTRIES

    def name_telephone(self) -> str:
        """Return a name that no other telephone of this door has: « téléphone A »."""
        type(self).objects.filter(pk=self.pk).update(telephones=models.F("telephones") + 1)
        self.refresh_from_db(fields=["telephones"])
        number = self.telephones
        return f"téléphone {LETTERS[number - 1] if number <= len(LETTERS) else number}"
