"""Sessions of an event."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django.core.validators import MinValueValidator
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from events.models.dates import end_of_deadline
from events.models.fields import PlacesField
from events.models.querysets import SessionQuerySet, VisibleSessionManager
from home.blocks.date_fields import TypedEndInput


class Session(Orderable):
    """A part of an event that people choose, with its own places.

    An event without sessions has one hidden session, so that every seat has one.
    """

    event = ParentalKey(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="sessions",
        verbose_name="événement",
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    title = models.CharField("titre", max_length=160)
    starts_at = models.DateTimeField("début", null=True)
    ends_at = models.DateTimeField("fin", null=True, blank=True)
    text = RichTextField(
        "texte", features=["bold", "italic", "link", "document-link", "ol", "ul"], blank=True
    )
    speakers = models.CharField("intervenant·es", max_length=255, blank=True)
    capacity = PlacesField(
        "nombre de places",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Vide : le nombre de places de l’événement.",
    )
    deadline = models.DateField(
        "inscription jusqu’au",
        null=True,
        blank=True,
        help_text="Jour inclus. Vide : la date limite de l’événement.",
    )
    hidden = models.BooleanField(default=False, editable=False)

    #: Number of places taken, if counted by `SessionQuerySet.of`.
    taken: ClassVar[int] = 0
    #: Number of people on the waiting list, counted by the same query.
    queued: ClassVar[int] = 0

    objects: ClassVar[Any] = SessionQuerySet.as_manager()
    visible: ClassVar[Any] = VisibleSessionManager()

    panels = [
        FieldPanel("title"),
        FieldRowPanel(
            [
                FieldPanel("starts_at"),
                FieldPanel("ends_at", widget=TypedEndInput),
            ]
        ),
        FieldPanel("speakers"),
        FieldPanel("text"),
        FieldRowPanel([FieldPanel("capacity"), FieldPanel("deadline")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "session"
        base_manager_name = "objects"
        default_manager_name = "visible"  # used by `event.sessions`, drafts and copies
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=models.Q(hidden=True),
                name="session_one_hidden_per_event",
            )
        ]

    def __str__(self) -> str:
        return "Événement entier" if self.hidden else self.title

    def is_open(self, now: datetime) -> bool:
        """Whether the session's own deadline, if any, has not passed."""
        return self.deadline is None or now < end_of_deadline(self.deadline)
