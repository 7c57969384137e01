"""Messages between members, sent by the site without revealing their addresses, and blocked senders."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from directory.models.enums import MessageReview
from directory.models.querysets import ContactMessageQuerySet

#: Author's name of messages whose sender has been erased.
FORMER_MEMBER = "Ancien membre"


class ContactMessage(models.Model):
    """A message, visible to its recipient. Staff only read reported messages and a new member's first one."""

    Review = MessageReview

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: None once the sender's account has been erased.
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
    #: False while it is held for review, and if the recipient blocked the sender, who is not told.
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

    # Not content: editors need no usage of pages in these rows.
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
        """Report the message to staff. Return False if it was already reported."""
        waiting = type(self).objects.filter(pk=self.pk, reported_at=None)
        return bool(waiting.update(reported_at=at))


class MessageToReview(ContactMessage):
    """A message held for review: a proxy model, to have its own list and permissions in the back office."""

    class Meta:
        proxy = True
        ordering = ["sent_at", "pk"]
        verbose_name = "message à relire"
        verbose_name_plural = "messages à relire"


class ContactBlock(models.Model):
    """A block: `by` no longer receives messages of the other member."""

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
