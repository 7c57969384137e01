"""Registrations, their seats and their history. None of it depends on the page's texts."""

import hashlib
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

from events.models.enums import (
    EventMode,
    RegistrationAction,
    RegistrationState,
    SeatArrival,
    SeatState,
)
from events.models.querysets import RegistrationQuerySet, SeatQuerySet
from home.access import Visitor
from home.french.names import LONGEST_KEY, name_key
from home.mail.addresses import normal_address


def link_token(key: UUID) -> str:
    """Derive the secret of a personal link from a random key and the site's `SECRET_KEY`.

    Every e-mail can thus repeat the same link, while the database, which stores the key and the token's
    hash, is not enough to open one.
    """
    digest = salted_hmac("events.registration.link", key.hex, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


#: Crockford's letters: none of I, L, O, U, which are read wrongly.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS_OF_CODE = 7


def door_code(uuid: UUID) -> str:
    """Return seven letters and a digit that stand for a registration at the door of its event, and open nothing.

    They come from its UUID alone, so that those sent stay good when `SECRET_KEY` changes. No name ends with a digit.
    """
    number = int.from_bytes(hashlib.sha256(b"events.door" + uuid.bytes).digest()[:5])
    letters = [CODE_LETTERS[number >> 5 * place & 31] for place in range(LETTERS_OF_CODE)]
    return "".join([*letters, str((number >> 5 * LETTERS_OF_CODE) % 10)])


#: In the place of an address, in every list.
WITHOUT_ADDRESS = "sans adresse"


class Registration(models.Model):
    State = RegistrationState

    event = models.ForeignKey(
        "events.EventPage",
        on_delete=models.PROTECT,
        related_name="registrations",
        verbose_name="événement",
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    #: Empty once erased.
    name = models.CharField("nom", max_length=120, blank=True)
    #: The name as it is compared, written by `save`: several people may share an address.
    name_key = models.CharField(max_length=LONGEST_KEY, default="", db_default="", editable=False)
    #: Empty once erased, and for people registered by staff without one.
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
    #: By question UUID: the label at the time, how long to keep the answer, and the answer.
    answers = models.JSONField("réponses", default=dict, blank=True, encoder=DjangoJSONEncoder)
    link_key = models.UUIDField(default=uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    #: Fingerprint of the form that made it; the same content within a minute is a double click.
    content_key = models.UUIDField(null=True, blank=True, editable=False)
    calendar_uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)
    #: Whether its confirmation waits for the message that tells an address of many registrations together.
    told_later = models.BooleanField(
        "confirmation groupée", default=False, db_default=False, editable=False
    )
    #: Written down at the door, without having registered before.
    on_site = models.BooleanField("sur place", default=False, db_default=False, editable=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.ACTIVE)
    registered_at = models.DateTimeField("inscription le", default=timezone.now, editable=False)
    changed_at = models.DateTimeField("modification le", auto_now=True)
    cancelled_at = models.DateTimeField("annulation le", null=True, blank=True, editable=False)
    erased_at = models.DateTimeField("effacement le", null=True, blank=True, editable=False)

    #: Token of the link by which the registration was found, if any.
    token = ""
    #: Set by `RegistrationQuerySet.sharing_marked`.
    shares_address = False
    #: Set by `RegistrationQuerySet.seated_with_presence`.
    was_present = False

    # Not content: indexed, it would make Wagtail refuse deletions before `EventPage.refusal_of` explains them.
    wagtail_reference_index_ignore = True

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["-registered_at", "-pk"]
        verbose_name = "inscription"
        permissions = [("export_registration", "Peut exporter les inscriptions")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "email", "name_key"],
                condition=models.Q(state=RegistrationState.ACTIVE) & ~models.Q(email=""),
                name="registration_once_per_person",
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
        if self.erased_at:
            return "Inscription effacée"
        return f"{self.name} ({self.email or WITHOUT_ADDRESS})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Normalise the address, fold the name and hash the link's token, whatever code saves."""
        self.email, self.name_key = normal_address(self.email), name_key(self.name)
        self.token_hash = self.token_hash or hash_token(link_token(self.link_key))
        super().save(*args, **kwargs)

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_open_to_staff(self) -> bool:
        """Whether staff can correct or cancel it: it is active and not erased."""
        return self.is_active and self.erased_at is None

    @property
    def may_be_reinstated(self) -> bool:
        """Whether staff may take it back: it is cancelled, and its event neither. Reads the event."""
        gone = self.is_active or self.erased_at is not None
        return not (gone or self.event.is_cancelled or self.event.is_past(timezone.now()))

    @property
    def answers_in_words(self) -> list[tuple[str, str]]:
        """Pairs of question, as it was asked, and answer as readable text; former choices are marked."""
        questions = {str(one.uuid): one for one in self.event.questions.all()}
        return [
            (
                one["label"],
                questions[key].in_words(one["value"])
                if key in questions
                else words_of(one["value"]),
            )
            for key, one in self.answers.items()
        ]

    @property
    def link(self) -> str:
        """Path of the registrant's own page. It lets anyone change the registration: give it only to the registrant."""
        return reverse("own_registration", args=[self.token or link_token(self.link_key)])

    @property
    def door_code(self) -> str:
        return door_code(self.uuid)

    @property
    def door_code_told(self) -> str:
        """The code in two halves, as messages and the own page tell it; empty without a place in a room."""
        comes = self.is_active and not self.only_waits and self.event.mode != EventMode.ONLINE
        return f"{self.door_code[:4]}-{self.door_code[4:]}" if comes else ""

    @property
    def has_living_link(self) -> bool:
        """Whether `link` still works: False once `SECRET_KEY` has changed, although links already sent still open."""
        return self.token_hash == hash_token(link_token(self.link_key))

    def renew_link(self) -> None:
        """Replace the personal link and invalidate those already sent. The caller saves."""
        self.link_key = uuid4()
        self.token_hash = hash_token(link_token(self.link_key))

    def keep_seats(self, seats: "Sequence[Seat]") -> None:
        """Cache these as `seats.all()`, as a prefetch would. They must be all of its seats."""
        known = self.seats.all()
        known._result_cache = list(seats)
        self._prefetched_objects_cache = {"seats": known}

    @property
    def only_waits(self) -> bool:
        """Whether every seat is on a waiting list."""
        seats = self.seats.all()
        return bool(seats) and all(seat.is_waiting for seat in seats)

    @property
    def online_address(self) -> str:
        """Address of the video conference, or an empty string without an active, confirmed seat."""
        held = self.is_active and any(seat.is_confirmed for seat in self.seats.all())
        return self.event.online_address if held else ""

    def note(
        self,
        action: RegistrationAction,
        *,
        by: Visitor | None,
        now: datetime,
        sessions: Iterable[Any] = (),
        details: Mapping[str, Any] | None = None,
    ) -> "RegistrationLogEntry":
        """Write the history entry of a change. `by` is a user, an anonymous visitor, or None for the site itself."""
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
        return "\u00a0; ".join(value)  # a choice may hold a comma
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)


class Seat(models.Model):
    """A place in a session, confirmed or on the waiting list."""

    State = SeatState

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="seats", verbose_name="inscription"
    )
    session = models.ForeignKey(
        "events.Session", on_delete=models.PROTECT, related_name="seats", verbose_name="session"
    )
    state = models.CharField("état", max_length=10, choices=State, default=State.CONFIRMED)
    since = models.DateTimeField("depuis", default=timezone.now)
    #: Given by staff when no place was free.
    over_capacity = models.BooleanField("hors quota", default=False)
    #: When the person was first checked in at this session. Computed from `CheckIn` (`events.check_in.records`).
    present_at = models.DateTimeField("présence", null=True, blank=True, editable=False)
    arrival = models.CharField(
        max_length=10,
        choices=SeatArrival,
        default=SeatArrival.ORDINARY,
        db_default="",
        blank=True,
        editable=False,
    )

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

    @property
    def is_present(self) -> bool:
        return self.present_at is not None


class RegistrationLogEntry(models.Model):
    """One history entry per change, written in the same transaction. Contains no name and no address."""

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
        """Describe the change without personal data: « Modification : structure, Matinée (hors quota) »."""
        names = {field.name: str(field.verbose_name) for field in Registration._meta.fields}
        fields = [names[name] for name in self.named("fields")]
        over = self.named("over_capacity")
        joined = [f"{one} (hors quota)" if one in over else one for one in self.named("sessions")]
        left = [f"{one} (quittée)" for one in self.named("left")]
        what = ", ".join([*fields, *joined, *left])
        return f"{self.get_action_display()}\u00a0: {what}" if what else self.get_action_display()

    def named(self, key: str) -> list[str]:
        return self.details.get(key, [])
