"""What members write to each other through the site, which alone knows both addresses."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from directory.models.enums import MessageReview
from directory.models.querysets import ContactMessageQuerySet

#: Who wrote what stays when they are gone.
FORMER_MEMBER = "Ancien membre"


class ContactMessage(models.Model):
    """Kept for its recipient, who may report it. Staff read those that were reported, and a newcomer's first one."""

    Review = MessageReview

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: None once who wrote it has left the network and is forgotten.
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="messages_written",
        verbose_name="de",
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="messages_received",
        verbose_name="à",
    )
    subject = models.CharField("objet", max_length=120)
    text = models.TextField("message", max_length=2000)
    sent_at = models.DateTimeField("envoyé le")
    #: False while it waits to be read, and when the recipient had closed the door to the sender, who is not told.
    delivered = models.BooleanField("remis", default=True)
    reported_at = models.DateTimeField("signalé le", null=True, blank=True)
    handled_at = models.DateTimeField("traité le", null=True, blank=True)
    review = models.CharField(
        "relecture", max_length=8, choices=Review.choices, default=Review.NONE, blank=True
    )
    reviewed_at = models.DateTimeField("relu le", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="relu par",
    )

    # Not content: it names no page that an editor could look for.
    wagtail_reference_index_ignore = True

    objects = ContactMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = "message signalé"
        verbose_name_plural = "messages signalés"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sender=models.F("recipient")), name="contact_message_to_another"
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def author_name(self) -> str:
        return str(self.sender) if self.sender else FORMER_MEMBER

    def report(self, at: datetime) -> bool:
        """Show it to the team, once."""
        waiting = type(self).objects.filter(pk=self.pk, reported_at=None)
        return bool(waiting.update(reported_at=at))


class MessageToReview(ContactMessage):
    """The first messages of new members that wait for the team: a list, and rights, of their own."""

    class Meta:
        proxy = True
        ordering = ["sent_at", "pk"]
        verbose_name = "message à relire"
        verbose_name_plural = "messages à relire"


class ContactBlock(models.Model):
    """A member who no longer gets what another one writes."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="contact_blocks",
        verbose_name="refus de",
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name="messages de",
    )

    class Meta:
        verbose_name = "refus de messages"
        verbose_name_plural = "refus de messages"
        constraints = [models.UniqueConstraint(fields=["by", "blocked"], name="contact_block_once")]

    def __str__(self) -> str:
        return f"{self.by}, {self.blocked}"
