"""Cards of members and organisations. Common fields are in one table, so that slugs are unique across both."""

import uuid
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from directory.models.accounts import User
from directory.models.enums import OrganisationKind
from directory.models.inactivity_timetable import HIDDEN_AFTER
from directory.models.querysets import CardQuerySet, MemberQuerySet
from directory.models.search_text import searched_text
from directory.models.territories import Territory
from directory.models.visibility import ME, MEMBERS
from home.files import private_storage
from home.french import fold, slugify_fr
from home.mail.address_field import AddressField
from home.periods import months_after


def photo_path(card: "Card", filename: str) -> str:
    return f"fiches/{uuid.uuid4()}{PurePosixPath(filename).suffix.lower()}"


class Card(models.Model):
    """Common fields of cards. Create a Member or an Organisation, never a Card alone."""

    name = models.CharField("nom", max_length=200)
    slug = models.SlugField("adresse", max_length=120, unique=True, blank=True)
    sort_key = models.CharField(max_length=255, editable=False, db_index=True)
    city = models.CharField("commune", max_length=120, blank=True)
    territory = models.ForeignKey(
        Territory,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cards",
        verbose_name="territoire",
    )
    themes = models.ManyToManyField(
        "home.Theme", blank=True, related_name="+", verbose_name="thèmes"
    )
    presentation = models.TextField("présentation", max_length=2000, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = AddressField("adresse e-mail de contact", blank=True)
    website = models.URLField("site web", blank=True)
    photo = models.ImageField("photo", upload_to=photo_path, storage=private_storage, blank=True)
    visibility = models.JSONField("visibilité", default=dict, blank=True)
    search_text = models.TextField(editable=False, default="")
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    #: Fields that the owner can hide from other members.
    optional_fields: ClassVar[tuple[str, ...]] = ()
    #: All fields that a card can show, in order.
    read_fields: ClassVar[tuple[str, ...]] = ("name",)

    objects: ClassVar[models.Manager[Any]] = CardQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche"
        verbose_name_plural = "fiches"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = fold(self.sorting_name)[:255]
        self.slug = self.slug or free_slug(self.name)
        if self.pk:
            self.search_text = searched_text(self)
        super().save(*args, **kwargs)
        if not self.search_text:
            self.refresh_search_text()

    def clean(self) -> None:
        super().clean()
        if not set(self.visibility.values()) <= {ME, MEMBERS}:
            raise ValidationError({"visibility": "Un champ est visible de vous ou des membres."})

    @property
    def sorting_name(self) -> str:
        return self.name

    @property
    def owner_id(self) -> int | None:
        return None

    @property
    def specific(self) -> "Member | Organisation":
        """Return the Member or Organisation. Needs no query after `for_list()`."""
        return self.as_member if hasattr(self, "as_member") else self.as_organisation

    def refresh_search_text(self) -> None:
        """Update the search text. Call it after changing the themes, which are saved separately."""
        self.search_text = searched_text(self)
        Card.objects.filter(pk=self.pk).update(search_text=self.search_text)


def free_slug(name: str) -> str:
    """Return a slug that no card has."""
    base = slugify_fr(name)[:110].strip("-") or "fiche"
    taken = set(Card.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, 10_000))
    return next(slug for slug in candidates if slug not in taken)


class Organisation(Card):
    """An organisation of the network. It has a card but no account."""

    Kind = OrganisationKind

    card = models.OneToOneField(
        Card,
        on_delete=models.CASCADE,
        parent_link=True,
        primary_key=True,
        related_name="as_organisation",
    )
    kind = models.CharField("type d’organisation", max_length=20, choices=Kind.choices)
    email_domain = models.CharField(
        "domaine des adresses",
        max_length=120,
        blank=True,
        help_text="Ce qui suit l’arobase, par exemple « mairie-exemple.fr » : une demande d’adhésion qui en vient est reconnue.",
    )

    optional_fields = (
        "city", "territory", "themes", "presentation", "phone", "email", "website", "photo",
    )  # fmt: skip
    read_fields = ("name", *optional_fields)

    objects: ClassVar[models.Manager[Any]] = CardQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        permissions = [("export_organisation", "Peut exporter les organisations")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        for member in self.members.prefetch_related("themes").select_related("territory"):
            member.refresh_search_text()


class Member(Card):
    """The card of a person. Membership depends on the account's group, see home.access."""

    card = models.OneToOneField(
        Card,
        on_delete=models.CASCADE,
        parent_link=True,
        primary_key=True,
        related_name="as_member",
    )
    user = models.OneToOneField(
        User,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="member",
        verbose_name="compte",
    )
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom de famille", max_length=80)
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
        verbose_name="organisation",
    )
    role = models.CharField("fonction", max_length=120, blank=True)
    offers = models.TextField("je propose", max_length=1000, blank=True)
    seeks = models.TextField("je cherche", max_length=1000, blank=True)
    is_ambassador = models.BooleanField("ambassadrice ou ambassadeur du réseau", default=False)
    joined_at = models.DateTimeField("membre depuis", default=timezone.now)
    confirmed_at = models.DateTimeField("fiche vérifiée le", default=timezone.now)
    asked_at = models.DateTimeField("question posée le", null=True, blank=True)

    optional_fields = (
        "role", "city", "territory", "themes", "presentation", "offers", "seeks",
        "phone", "email", "website", "photo",
    )  # fmt: skip
    read_fields = ("name", "workplace", "is_ambassador", *optional_fields)

    objects: ClassVar[models.Manager[Any]] = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "membre"
        verbose_name_plural = "membres"
        permissions = [("export_member", "Peut exporter les membres")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name = f"{self.first_name} {self.last_name}".strip()
        super().save(*args, **kwargs)

    @property
    def sorting_name(self) -> str:
        return f"{self.last_name} {self.first_name}"

    @property
    def owner_id(self) -> int | None:
        return self.user_id

    @property
    def hidden_from(self) -> datetime:
        """Return when the card is hidden from the directory unless it is confirmed before."""
        return months_after(self.confirmed_at, HIDDEN_AFTER)

    @transaction.atomic
    def confirm(self, at: datetime) -> None:
        """Record that the owner confirms the card, which shows it in the directory again if it was hidden."""
        self.confirmed_at, self.asked_at = at, None
        Member.objects.filter(pk=self.pk).update(confirmed_at=at, asked_at=None)
        if self.user is not None:
            self.user.note_activity(at)

    def is_hidden(self, at: datetime) -> bool:
        """Return whether the card is hidden because it has not been confirmed for too long."""
        return self.pk is not None and self.hidden_from <= at

    @property
    def workplace(self) -> str:
        return self.organisation.name if self.organisation else ""
