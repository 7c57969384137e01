"""Messages that staff send to an event's registered people."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models

from events.models.enums import MessageAudience


class GroupMessage(models.Model):
    """A message sent to each recipient separately. Its UUID comes from the form, so a double click sends once."""

    Audience = MessageAudience

    event = models.ForeignKey(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="messages",
        verbose_name="événement",
    )
    session = models.ForeignKey(
        "events.Session",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="session",
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    audience = models.CharField("destinataires", max_length=10, choices=Audience)
    subject = models.CharField("objet", max_length=150)
    text = models.TextField("texte")
    recipients = models.PositiveIntegerField("nombre de destinataires", default=0)
    written_at = models.DateTimeField("envoyé le")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="envoyé par",
    )
    finished = models.BooleanField("remis à tous", default=False)

    # Not content: an editor would not look for a page's references here.
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = "message groupé"
        verbose_name_plural = "messages groupés"

    def __str__(self) -> str:
        return self.subject

    def people(self) -> Any:
        """Return the recipients' registrations, by name."""
        return self.audience_at_writing().reachable()

    def unreachable(self) -> Any:
        """Return the registrations of the audience that have no address, by name."""
        return self.audience_at_writing().unreachable()

    def audience_at_writing(self) -> Any:
        people = self.event.registrations.addressed(self.audience, self.session)
        return people.filter(registered_at__lte=self.written_at).order_by("name", "pk")
