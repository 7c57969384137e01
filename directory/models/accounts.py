"""The user model: accounts identified by e-mail address. Membership is a group, see home.access.

`User.email` is the address that logs in. Each account has exactly one confirmed row of allauth's `EmailAddress`, the
primary one, with this address; any other row is a change that waits for its confirmation. `User.save` keeps it so.
"""

from datetime import datetime
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser, BaseUserManager, Group, Permission
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from directory.models.inactivity_timetable import (
    ERASED_AFTER,
    NOTED_EVERY,
    NOTICE,
    WARNED_AFTER,
    WARNED_AGAIN_AFTER,
)
from home.access import read_groups
from home.mail.address_field import AddressField
from home.mail.addresses import normal_address
from home.periods import months_after, months_before


class UserManager(BaseUserManager["User"]):
    """Manager of accounts, found by e-mail address regardless of case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def who_may(self, codename: str) -> "models.QuerySet[User]":
        """Return active staff with this permission of the directory, or superusers if nobody has it."""
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

    def of_the_team(self) -> "models.QuerySet[User]":
        """Return accounts with access to the back office, and superusers."""
        opens = Permission.objects.filter(
            content_type__app_label="wagtailadmin", codename="access_admin"
        )
        groups = Group.objects.filter(permissions__in=opens)
        return self.filter(
            Q(is_superuser=True) | Q(groups__in=groups) | Q(user_permissions__in=opens)
        )

    def to_tell_on_monday(self) -> "models.QuerySet[User]":
        """Return the active people of the team who want the message of Monday."""
        return self.of_the_team().filter(is_active=True, monday_message=True).distinct()

    def asleep(self, at: datetime, months: int) -> "models.QuerySet[User]":
        """Return accounts, members or not, without activity for this number of months.

        Staff and departures are left out, and so are deactivated accounts, since they cannot show activity.
        """
        quiet = self.filter(
            is_active=True, departure=None, active_at__lte=months_before(at, months)
        )
        return quiet.exclude(pk__in=self.of_the_team())

    def to_warn(self, at: datetime) -> "models.QuerySet[User]":
        return self.asleep(at, WARNED_AFTER).filter(warned_at=None)

    def to_warn_again(self, at: datetime) -> "models.QuerySet[User]":
        warned = self.asleep(at, WARNED_AGAIN_AFTER).filter(warned_at__lte=at - NOTICE)
        return warned.filter(warned_again_at=None)

    def to_let_go(self, at: datetime) -> "models.QuerySet[User]":
        """Return accounts to close: warned twice, the second time at least `NOTICE` ago."""
        return self.asleep(at, ERASED_AFTER).filter(
            warned_at__isnull=False, warned_again_at__lte=at - NOTICE
        )

    def without_confirmed_address(self) -> "models.QuerySet[User]":
        """Return accounts that were not written by `User.save`: in bulk, or before it confirmed addresses."""
        confirmed = EmailAddress.objects.filter(
            user=OuterRef("pk"), email=OuterRef("email"), verified=True, primary=True
        )
        return self.exclude(Exists(confirmed), email=Lower("email"))

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=normal_address(username or ""))


class User(AbstractUser):
    username = None  # type: ignore[assignment]  # the e-mail address replaces it
    email = AddressField("adresse e-mail", unique=True)
    active_at = models.DateTimeField("dernière activité", default=timezone.now, editable=False)
    warned_at = models.DateTimeField("averti·e le", null=True, blank=True, editable=False)
    warned_again_at = models.DateTimeField(
        "averti·e de nouveau le", null=True, blank=True, editable=False
    )

    monday_message = models.BooleanField(
        "recevoir le message du lundi",
        default=True,
        db_default=True,
        help_text="Le lundi à 8\u00a0h, ce qui vous attend sur le site. Rien ne part quand rien ne vous attend.",
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]  # AbstractUser's manager requires a user name

    class Meta(AbstractUser.Meta):
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_any_case",
                violation_error_message="Un compte a déjà cette adresse e-mail.",
            ),
            models.CheckConstraint(
                condition=~Q(email=""),
                name="user_email_not_empty",
                violation_error_message="Un compte a une adresse e-mail\u00a0: saisissez-la.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the account, and confirm its address: accounts are made by staff, for people they know."""
        self.email = normal_address(self.email)
        fields = kwargs.get("update_fields")
        with transaction.atomic():
            super().save(*args, **kwargs)
            if fields is None or "email" in fields:
                self.confirm_address()

    def confirm_address(self) -> None:
        """Make `email` the account's confirmed primary address. A change that waited for its confirmation ends."""
        rows = EmailAddress.objects.filter(user=self)
        if rows.filter(email=self.email, verified=True, primary=True).exists():
            return
        rows.delete()
        EmailAddress.objects.filter(email=self.email, verified=True).delete()
        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)

    def get_session_auth_hash(self) -> str:
        """Include the role besides the password, so that a change of either ends all earlier sessions.

        The authentication middleware calls it at each request, and `home.access` then reuses the groups read here.
        """
        role = f"{self.is_superuser}:{sorted(read_groups(self))}"
        before = super().get_session_auth_hash()
        return salted_hmac("directory.role", f"{before}:{role}", algorithm="sha256").hexdigest()

    @property
    def erased_from(self) -> datetime:
        """Return the earliest time of erasure, as announced in the warnings."""
        end = months_after(self.active_at, ERASED_AFTER)
        if self.warned_again_at is not None:
            return max(end, self.warned_again_at + NOTICE)
        return max(end, self.warned_at + 2 * NOTICE) if self.warned_at is not None else end

    def note_activity(self, at: datetime) -> None:
        """Record an activity of the person and clear the warnings of inactivity.

        Can be called at each visit: it writes at most once a day.
        """
        if at - self.active_at < NOTED_EVERY:
            return
        self.active_at, self.warned_at, self.warned_again_at = at, None, None
        User.objects.filter(pk=self.pk).update(active_at=at, warned_at=None, warned_again_at=None)
