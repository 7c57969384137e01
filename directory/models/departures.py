"""Departures, kept until the account is erased, and hashes of addresses that must not be written to again."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.timezone import localtime

from directory.models.querysets import UNDONE_WITHIN, DepartureQuerySet

SALT = "directory.suppression"


class Departure(models.Model):
    """The departure of someone who left, member or not, or whose account was inactive for three years.

    It is erased with the account.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="departure",
        verbose_name="compte",
    )
    left_at = models.DateTimeField("a quitté le réseau le", db_index=True)
    #: Undoing the departure of a former member gives back the account, not the membership.
    was_member = models.BooleanField("était membre", default=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name = "départ"

    def __str__(self) -> str:
        return f"{self.left_at:%Y-%m-%d}"

    @property
    def erased_from(self) -> datetime:
        """Return when the departure can no longer be undone."""
        return self.left_at + UNDONE_WITHIN

    @property
    def last_day(self) -> date:
        """Return the last full day to undo the departure, as announced to people."""
        return localtime(self.erased_from).date() - timedelta(days=1)

    def draw_token(self) -> str:
        """Return a new token for the link that undoes the departure. Previous tokens become invalid. The caller saves."""
        token = secrets.token_urlsafe(32)
        self.token_hash = hash_of(token)
        return token


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Suppression(models.Model):
    """An address that imports and invitations must not write to, stored as a hash salted with the site's key."""

    address_hash = models.CharField(max_length=64, unique=True, editable=False)
    since = models.DateTimeField("depuis le")

    class Meta:
        verbose_name = "adresse à laisser tranquille"
        verbose_name_plural = "adresses à laisser tranquilles"

    def __str__(self) -> str:
        return f"{self.address_hash[:8]}…"

    @classmethod
    def add(cls, email: str, *, at: datetime) -> None:
        cls.objects.get_or_create(address_hash=address_hash(email), defaults={"since": at})

    @classmethod
    def holds(cls, email: str) -> bool:
        return cls.objects.filter(address_hash=address_hash(email)).exists()

    @classmethod
    def held_among(cls, emails: Iterable[str]) -> set[str]:
        """Return the suppressed addresses among `emails`, in one query."""
        hashes = {address_hash(email): email for email in emails}
        found = cls.objects.filter(address_hash__in=hashes).values_list("address_hash", flat=True)
        return {hashes[one] for one in found}

    @classmethod
    def lift(cls, email: str) -> None:
        """Remove an address, when its owner has asked to join again."""
        cls.objects.filter(address_hash=address_hash(email)).delete()


def address_hash(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()
