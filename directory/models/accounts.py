"""Accounts: an address and what the person is called. Whether someone is a member is a group, see home.access."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager, Group, Permission
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

#: Of what a person does, one date is kept, written at most so often.
NOTED_EVERY = timedelta(days=1)


class UserManager(BaseUserManager["User"]):
    """Users are found by e-mail, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def who_may(self, codename: str) -> "models.QuerySet[User]":
        """Active accounts of the team that have this permission of the directory; superusers where nobody else has."""
        allowed = Q(
            permissions__codename=codename, permissions__content_type__app_label="directory"
        )
        groups = Group.objects.filter(allowed)
        permissions = Permission.objects.filter(
            codename=codename, content_type__app_label="directory"
        )
        active = self.filter(is_active=True)
        team = active.filter(Q(groups__in=groups) | Q(user_permissions__in=permissions)).distinct()
        return team if team.exists() else active.filter(is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    username = None  # type: ignore[assignment]  # the address is the name
    email = models.EmailField("adresse e-mail", unique=True)
    active_at = models.DateTimeField("dernière activité", default=timezone.now, editable=False)
    warned_at = models.DateTimeField("averti·e le", null=True, blank=True, editable=False)
    warned_again_at = models.DateTimeField(
        "averti·e de nouveau le", null=True, blank=True, editable=False
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]  # AbstractUser's asks for a user name

    class Meta(AbstractUser.Meta):
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def note_activity(self, at: datetime) -> None:
        """The person themselves did something: what warned them of sleeping too long is forgotten.

        Asked at each visit, and written once a day.
        """
        if at - self.active_at < NOTED_EVERY:
            return
        self.active_at, self.warned_at, self.warned_again_at = at, None, None
        User.objects.filter(pk=self.pk).update(active_at=at, warned_at=None, warned_again_at=None)
