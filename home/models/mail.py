"""Outbox table: one row per message and recipient, written in the transaction that causes the message."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.text import capfirst

from home.access import Account
from home.french.mentions import mention_of
from home.french.names import LONGEST_KEY

#: How long an enqueued task is trusted to run; after that the clock enqueues another one.
TASK_LEASE = timedelta(minutes=5)
#: A worker that has not finished a claimed row after this time is considered dead.
SENDING_LIMIT = timedelta(minutes=10)
#: Delay after each failed attempt: 1 min to 8 h, so 8 attempts in all.
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480)]
#: A message that nothing touched for longer is not sent automatically: a database put back from an old copy does not send
#: its messages again.
AGE_LIMIT = timedelta(hours=24)

INTERRUPTED = "Envoi interrompu, peut-être reçu deux fois."


class Priority(models.IntegerChoices):
    """Which message leaves first: the priority of its task."""

    CODE = 60, "code de connexion"
    #: What somebody has just asked for and waits for; the default.
    ANSWER = 30, "réponse"
    ORDINARY = 0, "ordinaire"
    GROUP = -30, "message groupé"


class Reason(models.TextChoices):
    """Why a message failed. Staff send again all that failed for one reason."""

    QUOTA = "quota", "quota d’envoi atteint"
    UNREACHABLE = "unreachable", "serveur d’envoi injoignable"
    LATER = "later", "remis à plus tard par le serveur"
    ACCESS = "access", "accès refusé par le serveur d’envoi"
    ADDRESS = "address", "adresse refusée"
    REJECTED = "rejected", "message refusé"
    INTERRUPTED = "interrupted", "envoi interrompu"
    OLD = "old", "message trop ancien"
    RESTORED = "restored", "restauré d’une sauvegarde"
    UNEXPECTED = "unexpected", "erreur imprévue"


class Retry(Enum):
    NEVER = auto()
    #: As often as BACKOFF says.
    BOUNDED = auto()
    #: Until it leaves, at the longest delay of BACKOFF in the end.
    ENDLESS = auto()


@dataclass(frozen=True)
class Failure:
    """Why a message did not leave, in French for staff, and whether it is tried again."""

    reason: Reason
    sentence: str
    retry: Retry = Retry.NEVER

    def is_tried_again(self, attempts: int) -> bool:
        if self.retry is Retry.BOUNDED:
            return attempts <= len(BACKOFF)
        return self.retry is Retry.ENDLESS

    def delay(self, attempts: int) -> timedelta:
        return BACKOFF[min(attempts, len(BACKOFF)) - 1]


#: Permissions of which one shows the messages of an area, besides the permission on messages.
RIGHTS = {
    "events": ("events.view_registration", "events.change_registration"),
    "members": ("directory.view_member", "directory.change_member"),
}


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def waiting(self) -> Self:
        """Rows that will still be sent automatically."""
        states = [OutgoingEmail.State.QUEUED, OutgoingEmail.State.FAILED]
        return self.filter(state__in=states, due_at__isnull=False)

    def due(self, at: datetime) -> Self:
        return self.waiting().filter(due_at__lte=at)

    def failed(self) -> Self:
        return self.filter(state=OutgoingEmail.State.FAILED)

    def resendable(self) -> Self:
        """Failed rows that still have their content."""
        return self.failed().filter(blanked_at__isnull=True)

    def abandoned(self, at: datetime) -> Self:
        """Rows claimed by a worker that was killed while sending."""
        return self.filter(state=OutgoingEmail.State.SENDING, claimed_at__lte=at - SENDING_LIMIT)

    def naming(self, word: str) -> Self:
        """Rows no longer queued that contain this name or address, whole."""
        said = Q(subject__icontains=word) | Q(text__icontains=word) | Q(html__icontains=word)
        said |= Q(headers__icontains=word) | Q(last_error__icontains=word)
        rows = self.filter(said).exclude(state=OutgoingEmail.State.QUEUED)
        texts = rows.values_list("pk", "subject", "text", "html", "headers", "last_error")
        whole = mention_of(word)
        return self.filter(
            pk__in=[pk for pk, *told in texts if any(whole.search(str(one)) for one in told)]
        )

    def seen_by(self, user: Account) -> Self:
        """Return the messages about what the user may see in the back office."""
        hidden = [area for area, rights in RIGHTS.items() if not any(map(user.has_perm, rights))]
        return self.exclude(area__in=hidden)

    def claim(self, pk: int, at: datetime) -> "OutgoingEmail | None":
        """Claim a row for this worker. Return None if it is claimed already or no longer waiting.

        One conditional UPDATE, atomic on SQLite and PostgreSQL, so that no lock is held while the message is sent.
        """
        row = self.waiting().filter(pk=pk).first()
        if row is None:
            return None
        taken = (
            self.waiting()
            .filter(pk=pk, claimed_at=row.claimed_at)
            .update(state=OutgoingEmail.State.SENDING, claimed_at=at, attempts=F("attempts") + 1)
        )
        row.touched_at = max(filter(None, [row.queued_at, row.claimed_at]))
        row.state, row.claimed_at, row.attempts = OutgoingEmail.State.SENDING, at, row.attempts + 1
        return row if taken else None

    def erase_bodies(self, at: datetime) -> int:
        """Blank the content of these messages. The rows remain as a trace of the sending."""
        return self.update(text="", html="", attachments=[], headers={}, blanked_at=at)


class OutgoingEmail(models.Model):
    """A message to one person. Written by `home.mail.outbox` only."""

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        SENDING = "sending", "envoi en cours"
        SENT = "sent", "envoyé"
        FAILED = "failed", "en échec"

    class Area(models.TextChoices):
        """Subject matter of a message: it decides which staff may see it."""

        SITE = "site", "site et lettre"
        EVENTS = "events", "inscriptions"
        MEMBERS = "members", "membres et comptes"

    kind = models.CharField("nature", max_length=60)
    area = models.CharField(
        "domaine", max_length=10, choices=Area.choices, default=Area.SITE, editable=False
    )
    dedup_key = models.CharField(  # noqa: DJ001 -- unique where there is one
        "clé d’unicité", max_length=200, null=True, unique=True, editable=False
    )
    recipient = models.CharField("destinataire", max_length=320)
    #: The folded name of the person written to, where several people may share the address; else empty.
    name_key = models.CharField(max_length=LONGEST_KEY, default="", db_default="", editable=False)
    sender = models.CharField("expéditeur", max_length=320)
    subject = models.CharField("objet", max_length=255)
    text = models.TextField("texte", blank=True)
    html = models.TextField("version HTML", blank=True)
    attachments = models.JSONField("pièces jointes", default=list, blank=True)
    headers = models.JSONField("en-têtes", default=dict, blank=True)
    message_id = models.CharField("Message-ID", max_length=255, unique=True, editable=False)
    secret = models.BooleanField("contient un code ou un lien personnel", default=False)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.QUEUED)
    priority = models.SmallIntegerField(
        "priorité", choices=Priority.choices, default=Priority.ANSWER, editable=False
    )
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.TextField("erreur", blank=True)
    reason = models.CharField(
        "raison de l’échec", max_length=12, choices=Reason.choices, blank=True
    )
    interrupted = models.BooleanField("envoi interrompu", default=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    queued_at = models.DateTimeField("mis en attente le")
    due_at = models.DateTimeField("prochain essai", null=True, blank=True)
    claimed_at = models.DateTimeField("pris en charge le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    blanked_at = models.DateTimeField("contenu effacé le", null=True, blank=True)

    #: When it was last queued or tried, before the claim that `claim` returned.
    touched_at: datetime | None = None

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = "e-mail"
        verbose_name_plural = "e-mails"
        ordering = ["-created_at", "-pk"]
        permissions = [("export_outgoingemail", "Peut exporter les e-mails envoyés")]
        indexes = [
            models.Index(fields=["state", "due_at"], name="outgoing_email_due"),
            models.Index(fields=["recipient", "kind", "created_at"], name="outgoing_email_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outgoing_email_sent_has_date",
            )
        ]

    def __str__(self) -> str:
        """Return what logs may show to everybody of the team: no address, no subject."""
        return capfirst(self.kind)

    @property
    def is_old(self) -> bool:
        """Whether nothing touched it for long before it was claimed."""
        return bool(
            self.claimed_at and self.touched_at and self.touched_at < self.claimed_at - AGE_LIMIT
        )

    @property
    def can_be_resent(self) -> bool:
        return self.state == self.State.FAILED and self.blanked_at is None

    def mark_sent(self, at: datetime) -> None:
        """Mark as accepted by the provider, and blank a secret message."""
        self._finish(state=self.State.SENT, sent_at=at, due_at=None, last_error="", reason="")
        if self.secret:
            OutgoingEmail.objects.filter(pk=self.pk).erase_bodies(at)

    def mark_failed(self, failure: Failure, at: datetime) -> None:
        """Mark as failed, and schedule the next attempt if the failure allows one and one is left."""
        due_at = (
            at + failure.delay(self.attempts) if failure.is_tried_again(self.attempts) else None
        )
        self._finish(
            state=self.State.FAILED,
            due_at=due_at,
            last_error=failure.sentence[:2000],
            reason=failure.reason,
        )

    def mark_interrupted(self, at: datetime) -> None:
        """Queue it again, marked: the server may have taken it. The second time, it waits for staff."""
        again = not self.interrupted
        self._finish(
            state=self.State.QUEUED if again else self.State.FAILED,
            interrupted=True,
            due_at=at if again else None,
            last_error=INTERRUPTED,
            reason=Reason.INTERRUPTED,
        )

    def _finish(self, **values: object) -> None:
        # Only if this worker still holds the claim.
        mine = OutgoingEmail.objects.filter(
            pk=self.pk, state=self.State.SENDING, claimed_at=self.claimed_at
        )
        mine.update(**values)
