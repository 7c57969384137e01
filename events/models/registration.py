"""Who registered, for which sessions, and what was done about it. Nothing here depends on the page's words."""

import hashlib
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from events.models.enums import RegistrationAction, RegistrationState, SeatState
from events.models.querysets import RegistrationQuerySet, SeatQuerySet


def normalise_email(address: str) -> str:
    """The form under which an address is compared: no space around, one case, one Unicode form."""
    return unicodedata.normalize("NFKC", address).strip().lower()


def link_token(key: UUID) -> str:
    """The secret of a personal link, from a random key and the site's own.

    Every message can write the same link, while the database, which keeps the key and the token's hash, opens none.
    """
    digest = salted_hmac("events.registration.link", key.hex, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Registration(models.Model):
    State = RegistrationState

    event = models.ForeignKey(
        "events.EventPage",
        on_delete=models.PROTECT,
        related_name="registrations",
        verbose_name="événement",
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    #: Empty once erased, as the address.
    name = models.CharField("nom", max_length=120, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    organisation = models.CharField("structure", max_length=160, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="registrations",
        verbose_name="compte",
    )
    #: By the UUID of the question: its label as it was, how long to keep it, and the answer.
    answers = models.JSONField("réponses", default=dict, blank=True, encoder=DjangoJSONEncoder)
    link_key = models.UUIDField(default=uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    #: The key of the form that was sent: the same one twice is a double click.
    form_key = models.UUIDField(null=True, blank=True, editable=False)
    calendar_uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.ACTIVE)
    registered_at = models.DateTimeField("inscription le", default=timezone.now, editable=False)
    changed_at = models.DateTimeField("modification le", auto_now=True)
    cancelled_at = models.DateTimeField("annulation le", null=True, blank=True, editable=False)
    erased_at = models.DateTimeField("effacement le", null=True, blank=True, editable=False)

    #: The token of the link by which it was found, when it was.
    token = ""

    # Not content: Wagtail would index it at each registration, and refuse in its own words what `events.admin.protection` explains.
    wagtail_reference_index_ignore = True

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["-registered_at", "-pk"]
        verbose_name = "inscription"
        permissions = [("export_registration", "Peut exporter les inscriptions")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "email"],
                condition=models.Q(state=RegistrationState.ACTIVE) & ~models.Q(email=""),
                name="registration_once_per_event",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RegistrationState.ACTIVE, cancelled_at=None)
                | (
                    ~models.Q(state=RegistrationState.ACTIVE) & models.Q(cancelled_at__isnull=False)
                ),
                name="registration_cancelled_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.email})" if self.email else "Inscription effacée"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What is compared or looked up is made here of what was written, whoever wrote it."""
        self.email = normalise_email(self.email)
        self.token_hash = self.token_hash or hash_token(link_token(self.link_key))
        super().save(*args, **kwargs)

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_open_to_staff(self) -> bool:
        """Whether it can be corrected or cancelled: it stands, and still says who it is."""
        return self.is_active and self.erased_at is None

    @property
    def answers_in_words(self) -> list[tuple[str, str]]:
        """Each question as it was asked, and the answer as people read it."""
        return [(one["label"], words_of(one["value"])) for one in self.answers.values()]

    @property
    def link(self) -> str:
        """The path of the registrant's own page. Whoever has it may change the registration: it goes to them alone."""
        return reverse("own_registration", args=[self.token or link_token(self.link_key)])

    @property
    def has_living_link(self) -> bool:
        """Not after the site's key was changed: links that were sent still open, new ones would not."""
        return self.token_hash == hash_token(link_token(self.link_key))

    def renew_link(self) -> None:
        """Another link; the ones that were sent open nothing any more. The caller saves."""
        self.link_key = uuid4()
        self.token_hash = hash_token(link_token(self.link_key))

    def keep_seats(self, seats: "Sequence[Seat]") -> None:
        """These are all its seats: `seats.all()` reads them from here, as after a prefetch."""
        known = self.seats.all()
        known._result_cache = list(seats)
        self._prefetched_objects_cache = {"seats": known}

    @property
    def only_waits(self) -> bool:
        """Whether the person has no place yet in any session."""
        seats = self.seats.all()
        return bool(seats) and all(seat.is_waiting for seat in seats)

    @property
    def online_address(self) -> str:
        """The address of the video conference, for who holds a seat: not for who waits or has left."""
        held = self.is_active and any(seat.is_confirmed for seat in self.seats.all())
        return self.event.online_address if held else ""

    def note(
        self,
        action: RegistrationAction,
        *,
        by: Any,
        now: datetime,
        sessions: Iterable[Any] = (),
        details: Mapping[str, Any] | None = None,
    ) -> "RegistrationLogEntry":
        """Write the trace of a change. `by` is who did it: a person, an anonymous visitor, nobody."""
        titles = [str(session) for session in sessions]
        return RegistrationLogEntry.objects.create(
            registration=self,
            action=action,
            by=by if by is not None and by.is_authenticated else None,
            at=now,
            details=({"sessions": titles} if titles else {}) | dict(details or {}),
        )


def words_of(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)


class Seat(models.Model):
    """A place in a session, held or waited for."""

    State = SeatState

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="seats", verbose_name="inscription"
    )
    session = models.ForeignKey(
        "events.Session", on_delete=models.PROTECT, related_name="seats", verbose_name="session"
    )
    state = models.CharField("état", max_length=10, choices=State, default=State.CONFIRMED)
    since = models.DateTimeField("depuis", default=timezone.now)
    #: Given by staff although no place was free.
    over_capacity = models.BooleanField("hors quota", default=False)

    wagtail_reference_index_ignore = True

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = "place"
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "session"], name="seat_once_per_session"
            )
        ]
        indexes = [models.Index(fields=["session", "state", "since"], name="seat_queue")]

    def __str__(self) -> str:
        mark = " (hors quota)" if self.over_capacity else ""
        return f"{self.session}\u00a0: {self.get_state_display()}{mark}"

    @property
    def is_confirmed(self) -> bool:
        return self.state == self.State.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class RegistrationLogEntry(models.Model):
    """One row for each change of state, written in its transaction. Holds no name and no address."""

    Action = RegistrationAction

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="log", verbose_name="inscription"
    )
    action = models.CharField("action", max_length=20, choices=Action)
    at = models.DateTimeField("le", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="par",
    )
    details = models.JSONField("détails", default=dict, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "trace"

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.at:%Y-%m-%d %H:%M})"

    @property
    def in_words(self) -> str:
        """« Modification : structure, Matinée (hors quota) »: what was done, without anybody's words."""
        names = {field.name: str(field.verbose_name) for field in Registration._meta.fields}
        fields = [names[name] for name in self.named("fields")]
        over = self.named("over_capacity")
        joined = [f"{one} (hors quota)" if one in over else one for one in self.named("sessions")]
        left = [f"{one} (quittée)" for one in self.named("left")]
        what = ", ".join([*fields, *joined, *left])
        return f"{self.get_action_display()}\u00a0: {what}" if what else self.get_action_display()

    def named(self, key: str) -> list[str]:
        return self.details.get(key, [])
