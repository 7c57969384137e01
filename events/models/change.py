"""Changes to a published event that concern registered people, and whether staff announce them."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from events.models.enums import ChangeState, EventStatus
from events.models.querysets import EventChangeQuerySet


class EventChange(models.Model):
    """A change, from its publication to its announcement. `before` is what registered people last knew."""

    State = ChangeState

    event = models.ForeignKey(
        "events.EventPage",
        on_delete=models.CASCADE,
        related_name="changes",
        verbose_name="événement",
    )
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    #: In the format of `EventPage.facts()`.
    before = models.JSONField("avant", encoder=DjangoJSONEncoder)
    after = models.JSONField("après", encoder=DjangoJSONEncoder)
    note = models.TextField("mot à ajouter", blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.PROPOSED)
    published_at = models.DateTimeField("publié le")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="décidé par",
    )

    # Not content: an editor would not look for a page's references here.
    wagtail_reference_index_ignore = True

    objects = EventChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = "changement d’un événement"
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                condition=models.Q(state=ChangeState.PROPOSED),
                name="event_change_one_proposed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.get_state_display()})"

    @property
    def is_cancellation(self) -> bool:
        return self.after["status"] == EventStatus.CANCELLED

    @property
    def concerns_everyone(self) -> bool:
        """Whether anything changed other than session hours and the video conference's address."""
        names = self.after.keys() - {"sessions", "online"}
        return any(self.before[name] != self.after[name] for name in names)

    @property
    def concerns_seats(self) -> bool:
        """Whether the video conference's address changed, which only people with a seat receive."""
        return self.before["online"] != self.after["online"]

    @property
    def moved_sessions(self) -> dict[str, tuple[Any, Any]]:
        """Sessions with other hours, by UUID, as (before, after)."""
        return {
            uuid: (self.before["sessions"][uuid], session)
            for uuid, session in self.after["sessions"].items()
            if uuid in self.before["sessions"]
            and hours(session) != hours(self.before["sessions"][uuid])
        }

    @property
    def changes_something(self) -> bool:
        return self.concerns_everyone or self.concerns_seats or bool(self.moved_sessions)


def hours(session: dict[str, Any]) -> tuple[Any, Any]:
    return session["starts_at"], session["ends_at"]


def propose(event: Any, before: dict[str, Any], at: datetime) -> None:
    """Record a publication's change until staff decide. A later one is merged into it, and may undo it."""
    pending = EventChange.objects.filter(
        event_id=event.pk, state=EventChange.State.PROPOSED
    ).first()
    change = pending or EventChange(event_id=event.pk, before=before)
    change.after, change.published_at = event.facts(), at
    worth_telling = change.changes_something and not event.is_past(at)
    if worth_telling and event.registrations.active().exists():
        change.save()
    elif pending:
        pending.delete()
