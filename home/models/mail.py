"""The outbox: one row per message and recipient, written in the transaction that causes the message."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

#: While a task for the row is believed to wait in the queue; the clock enqueues another one after it.
TASK_LEASE = timedelta(minutes=5)
#: A worker that claimed a row and says nothing for so long is dead.
SENDING_LIMIT = timedelta(minutes=10)
#: Waits after each failed attempt; as many attempts as waits, and one more.
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480)]
#: A message that waited longer is not sent by itself: a restored backup must not write to people again.
AGE_LIMIT = timedelta(hours=24)

INTERRUPTED = "Envoi interrompu, peut-être reçu deux fois."


class OutgoingEmailQuerySet(models.QuerySet["OutgoingEmail"]):
    def waiting(self) -> Self:
        """Rows that may still leave by themselves."""
        states = [OutgoingEmail.State.QUEUED, OutgoingEmail.State.FAILED]
        return self.filter(state__in=states, due_at__isnull=False)

    def due(self, at: datetime) -> Self:
        return self.waiting().filter(due_at__lte=at)

    def failed(self) -> Self:
        return self.filter(state=OutgoingEmail.State.FAILED)

    def abandoned(self, at: datetime) -> Self:
        """Rows that a worker took and never finished: it was killed while sending."""
        return self.filter(state=OutgoingEmail.State.SENDING, claimed_at__lte=at - SENDING_LIMIT)

    def naming(self, word: str) -> Self:
        """What has left, or never will, and bears this name or address."""
        said = Q(subject__icontains=word) | Q(text__icontains=word) | Q(html__icontains=word)
        said |= Q(headers__icontains=word) | Q(last_error__icontains=word)
        return self.filter(said).exclude(state=OutgoingEmail.State.QUEUED)

    def claim(self, pk: int, at: datetime) -> "OutgoingEmail | None":
        """The row, for this worker alone, or None when another one has it or it may not leave any more.

        One conditional UPDATE, atomic on SQLite as on PostgreSQL: no lock is held while the message travels.
        """
        taken = (
            self.waiting()
            .filter(pk=pk)
            .update(state=OutgoingEmail.State.SENDING, claimed_at=at, attempts=F("attempts") + 1)
        )
        return self.get(pk=pk) if taken else None

    def erase_bodies(self, at: datetime) -> int:
        """Forget what these messages said; that they were sent remains known."""
        return self.update(text="", html="", attachments=[], headers={}, blanked_at=at)


class OutgoingEmail(models.Model):
    """A message to one person. Written by `home.mail.outbox` only."""

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        SENDING = "sending", "envoi en cours"
        SENT = "sent", "envoyé"
        FAILED = "failed", "en échec"

    kind = models.CharField("nature", max_length=60)
    dedup_key = models.CharField(  # noqa: DJ001 -- unique where there is one
        "clé d’unicité", max_length=200, null=True, unique=True, editable=False
    )
    recipient = models.CharField("destinataire", max_length=320)
    sender = models.CharField("expéditeur", max_length=320)
    subject = models.CharField("objet", max_length=255)
    text = models.TextField("texte", blank=True)
    html = models.TextField("version HTML", blank=True)
    attachments = models.JSONField("pièces jointes", default=list, blank=True)
    headers = models.JSONField("en-têtes", default=dict, blank=True)
    message_id = models.CharField("Message-ID", max_length=255, unique=True, editable=False)
    secret = models.BooleanField("contient un code ou un lien personnel", default=False)
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.TextField("erreur", blank=True)
    interrupted = models.BooleanField("envoi interrompu", default=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    queued_at = models.DateTimeField("mis en attente le")
    due_at = models.DateTimeField("prochain essai", null=True, blank=True)
    claimed_at = models.DateTimeField("pris en charge le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    blanked_at = models.DateTimeField("contenu effacé le", null=True, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ["-created_at", "-pk"]
        permissions = [("export_outgoingemail", "Peut exporter les courriels envoyés")]
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
        return f"{self.subject} → {self.recipient}"

    @property
    def can_be_resent(self) -> bool:
        return self.state == self.State.FAILED and self.blanked_at is None

    def mark_sent(self, at: datetime) -> None:
        """The provider took it. What holds a code or a personal link is forgotten at once."""
        self._finish(state=self.State.SENT, sent_at=at, due_at=None, last_error="")
        if self.secret:
            OutgoingEmail.objects.filter(pk=self.pk).erase_bodies(at)

    def mark_failed(self, error: str, at: datetime, *, retry: bool = True) -> None:
        """Not sent. Tried again after a growing wait unless `retry` is false or every attempt is spent."""
        again = retry and self.attempts <= len(BACKOFF)
        due_at = at + BACKOFF[self.attempts - 1] if again else None
        self._finish(state=self.State.FAILED, due_at=due_at, last_error=error[:2000])

    def _finish(self, **values: object) -> None:
        # Only the worker that still holds the claim may speak about it.
        mine = OutgoingEmail.objects.filter(
            pk=self.pk, state=self.State.SENDING, claimed_at=self.claimed_at
        )
        mine.update(**values)
