"""Events and registrations, in words of the domain."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from wagtail.query import PageQuerySet

from events.models import timetable
from events.models.dates import midnight
from events.models.enums import (
    ChangeState,
    EventStatus,
    MessageAudience,
    RegistrationState,
    SeatState,
)
from home.access import Account

#: The seats that people of these audiences have; those of the other audiences may have any.
SEATS_OF_AUDIENCE: dict[str, str] = {
    MessageAudience.CONFIRMED: SeatState.CONFIRMED,
    MessageAudience.WAITING: SeatState.WAITING,
}


class EventQuerySet(PageQuerySet):
    def upcoming(self, now: datetime) -> "EventQuerySet":
        """Those that are not over, the soonest first. What is not here is in `past`, never in both."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "title")

    def past(self, now: datetime) -> "EventQuerySet":
        """Those that are over, the latest first."""
        return self.filter(ends_at__lte=now).order_by("-starts_at", "title")

    def during(self, year: int) -> "EventQuerySet":
        """Those that begin in this year, on the clock of the network."""
        first, after = midnight_of_year(year), midnight_of_year(year + 1)
        return self.filter(starts_at__gte=first, starts_at__lt=after)

    def dated(self) -> "EventQuerySet":
        """Those that have a date: a draft, or the copy of an event, has none yet."""
        return self.filter(starts_at__isnull=False)

    def with_registered(self) -> "EventQuerySet":
        """Each with `registered`, the number of registrations that stand."""
        stands = models.Q(registrations__state=RegistrationState.ACTIVE)
        return self.annotate(registered=models.Count("registrations", filter=stands))

    def to_tell(self, now: datetime) -> "EventQuerySet":
        """Past ones that took place and have no recap, not even a draft: the latest first, a year at most."""
        recent = self.live().dated().past(now).filter(ends_at__gt=now - timedelta(days=365))
        return recent.filter(status=EventStatus.PLANNED, recap=None)

    def to_remind(self, now: datetime) -> "EventQuerySet":
        """Those of which something may be due, as the timetable says: wide enough, the verb decides."""
        until = now + timetable.longest_before()
        begins = models.Q(starts_at__lt=until) | models.Q(sessions__starts_at__lt=until)
        soon = self.live().dated().filter(begins, ends_at__gt=now - timetable.longest_after())
        return soon.filter(status=EventStatus.PLANNED).distinct()

    def with_people_before(self, limit: datetime) -> "EventQuerySet":
        """Those that were over by then, live or not, and of which somebody is still remembered."""
        past = self.filter(ends_at__lte=limit, registrations__erased_at=None)
        return past.filter(registrations__isnull=False).distinct()

    def themed(self, theme: Any) -> "EventQuerySet":
        return self.filter(page_themes__theme=theme)


def midnight_of_year(year: int) -> datetime:
    return midnight(date(year, 1, 1))


class SessionQuerySet(models.QuerySet):
    def of(self, events: Iterable[Any]) -> "SessionQuerySet":
        """The sessions of these events in their order, the hidden ones too.

        Each with `taken`, its confirmed seats, and `queued`, those that wait. Places are counted, never stored. One
        query, whatever the number of events.
        """
        held = models.Q(seats__registration__state=RegistrationState.ACTIVE)
        counted = self.annotate(
            taken=models.Count("seats", filter=held & models.Q(seats__state=SeatState.CONFIRMED)),
            queued=models.Count("seats", filter=held & models.Q(seats__state=SeatState.WAITING)),
        )
        return counted.filter(event__in=events).order_by("sort_order", "pk")


class VisibleSessionManager(models.Manager):
    """The sessions that people see. The one of an event without sessions stays out of editing, drafts and copies."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(hidden=False)


class RegistrationQuerySet(models.QuerySet):
    def active(self) -> "RegistrationQuerySet":
        return self.filter(state=RegistrationState.ACTIVE)

    def remembered(self) -> "RegistrationQuerySet":
        """Those that still say who it was."""
        return self.filter(erased_at=None)

    def made_by(self, user: Account, email: str) -> "RegistrationQuerySet":
        return self.filter(models.Q(user=user) | models.Q(email=email))

    def to_come(self, now: datetime) -> "RegistrationQuerySet":
        """Those of events that are not over."""
        return self.filter(event__ends_at__gt=now)

    def seated(self) -> "RegistrationQuerySet":
        """Those that stand and have a place in one session at least: who only waits is not among them."""
        return self.active().filter(seats__state=SeatState.CONFIRMED).distinct()

    def addressed(self, audience: str, session: Any = None) -> "RegistrationQuerySet":
        """Those of an audience of group messages, in this session when there is one."""
        cancelled = audience == MessageAudience.CANCELLED
        people = self.exclude(state=RegistrationState.ACTIVE) if cancelled else self.active()
        seats = {"seats__session": session} if session else {}
        if audience in SEATS_OF_AUDIENCE:
            seats["seats__state"] = SEATS_OF_AUDIENCE[audience]
        return people.remembered().filter(**seats).distinct()

    def of_person(self, user: Account) -> "RegistrationQuerySet":
        """Those of an account, and those that its address made before it logged in."""
        mine = models.Q(user=user) | models.Q(user=None, email=user.email.strip().lower())
        return self.active().filter(mine)

    def with_seats(self) -> "RegistrationQuerySet":
        return self.select_related("event").prefetch_related("seats__session")


class SeatQuerySet(models.QuerySet):
    def held(self) -> "SeatQuerySet":
        """Those of registrations that stand."""
        return self.filter(registration__state=RegistrationState.ACTIVE)

    def seated(self) -> "SeatQuerySet":
        """Those that are or were places, not waited for."""
        return self.filter(state=SeatState.CONFIRMED)

    def confirmed(self) -> "SeatQuerySet":
        return self.held().seated()

    def waiting(self) -> "SeatQuerySet":
        """In the order in which they will be served."""
        return self.held().filter(state=SeatState.WAITING).order_by("since", "pk")

    def in_session(self, session: Any) -> "SeatQuerySet":
        """Those of one session, each with its person."""
        return self.filter(session=session).select_related("session", "registration__event")


class EventChangeQuerySet(models.QuerySet):
    def proposed(self) -> "EventChangeQuerySet":
        """Those of which nobody decided yet whether people are told."""
        return self.filter(state=ChangeState.PROPOSED)

    def unfinished(self) -> "EventChangeQuerySet":
        """Those that are being told to people."""
        return self.filter(state=ChangeState.SENDING)
