"""Querysets of events, sessions, registrations, seats and changes."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from wagtail.query import PageQuerySet

from events.models import reminder_timetable
from events.models.dates import midnight
from events.models.enums import (
    ChangeState,
    CheckInKind,
    EventStatus,
    MessageAudience,
    RegistrationState,
    SeatState,
)
from home.access import Account
from home.french.names import name_key
from home.mail.addresses import normal_address


def named_as(user: Account) -> models.Q:
    """Select the rows with the account's address and, folded, its name."""
    address, key = normal_address(user.email), name_key(user.get_full_name())
    return models.Q(email=address, name_key=key) & ~models.Q(email="")


#: State of at least one seat of each recipient; other audiences include any seat.
SEATS_OF_AUDIENCE: dict[str, str] = {
    MessageAudience.CONFIRMED: SeatState.CONFIRMED,
    MessageAudience.WAITING: SeatState.WAITING,
}

#: For how long after an event the desk proposes to thank those who came.
TO_THANK_FOR = timedelta(days=61)


class EventQuerySet(PageQuerySet):
    def upcoming(self, now: datetime) -> "EventQuerySet":
        """Return events that are not over, soonest first. The complement of `past`."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "title")

    def past(self, now: datetime) -> "EventQuerySet":
        """Return events that are over, latest first."""
        return self.filter(ends_at__lte=now).order_by("-starts_at", "title")

    def during(self, year: int) -> "EventQuerySet":
        """Return events that begin in this year, in Europe/Paris."""
        first, after = midnight_of_year(year), midnight_of_year(year + 1)
        return self.filter(starts_at__gte=first, starts_at__lt=after)

    def dated(self) -> "EventQuerySet":
        """Return events with a date; drafts and copies may have none."""
        return self.filter(starts_at__isnull=False)

    def with_registered(self) -> "EventQuerySet":
        """Annotate with `registered`, the number of active registrations."""
        stands = models.Q(registrations__state=RegistrationState.ACTIVE)
        return self.annotate(registered=models.Count("registrations", filter=stands))

    def to_tell(self, now: datetime) -> "EventQuerySet":
        """Return past events without a published recap, from the last 365 days, latest first.

        Their draft, if any, is their `recap`. Cancelled and postponed events are left out.
        """
        recent = self.live().dated().past(now).filter(ends_at__gt=now - timedelta(days=365))
        untold = models.Q(recap=None) | models.Q(recap__live=False)
        return recent.filter(untold, status=EventStatus.PLANNED).select_related("recap")

    def to_thank(self, now: datetime) -> "EventQuerySet":
        """Return events of the last two months with a published recap and people, whose letter of thanks was not sent."""
        recent = self.past(now).filter(ends_at__gt=now - TO_THANK_FOR, status=EventStatus.PLANNED)
        came = {
            "registrations__state": RegistrationState.ACTIVE,
            "registrations__seats__state": SeatState.CONFIRMED,
        }
        return recent.filter(recap__live=True, thanks_letter=None, **came).distinct()

    def to_remind(self, now: datetime) -> "EventQuerySet":
        """Return events that may have a message of the timetable due; the caller checks each registration."""
        until = now + reminder_timetable.longest_before()
        begins = models.Q(starts_at__lt=until) | models.Q(sessions__starts_at__lt=until)
        # Live or not: people who registered are told, whatever happened to the page since.
        soon = self.dated().filter(begins, ends_at__gt=now - reminder_timetable.longest_after())
        return soon.filter(status=EventStatus.PLANNED).distinct()

    def with_people_waiting(self, now: datetime) -> "EventQuerySet":
        """Return the planned events that have not begun and have a waiting list."""
        planned = self.filter(status=EventStatus.PLANNED, starts_at__gt=now)
        return planned.filter(registrations__seats__state=SeatState.WAITING).distinct()

    def with_people_of_before(self, now: datetime) -> "EventQuerySet":
        """Return the events to come with sessions, and people who registered before there were any."""
        chosen = self.filter(ends_at__gt=now, sessions__hidden=False)
        return chosen.filter(
            sessions__hidden=True, sessions__seats__isnull=False, sessions__seats__present_at=None
        ).distinct()

    def with_people_before(self, limit: datetime) -> "EventQuerySet":
        """Return events over by `limit`, live or not, with at least one registration not erased."""
        past = self.filter(ends_at__lte=limit, registrations__erased_at=None)
        return past.filter(registrations__isnull=False).distinct()

    def themed(self, theme: Any) -> "EventQuerySet":
        return self.filter(page_themes__theme=theme)


def midnight_of_year(year: int) -> datetime:
    return midnight(date(year, 1, 1))


class SessionQuerySet(models.QuerySet):
    def of(self, events: Iterable[Any]) -> "SessionQuerySet":
        """Return the sessions of these events in their order, hidden ones included.

        Each is annotated with `taken`, its confirmed seats, and `queued`, its waiting ones. Places are
        counted, never stored. One query, whatever the number of events.
        """
        held = models.Q(seats__registration__state=RegistrationState.ACTIVE)
        counted = self.annotate(
            taken=models.Count("seats", filter=held & models.Q(seats__state=SeatState.CONFIRMED)),
            queued=models.Count("seats", filter=held & models.Q(seats__state=SeatState.WAITING)),
        )
        return counted.filter(event__in=events).order_by("sort_order", "pk")

    def in_use(self) -> "SessionQuerySet":
        """Return the sessions that cannot be deleted: somebody has a seat, or was ticked present before it was undone."""
        return self.filter(
            models.Q(seats__isnull=False) | models.Q(check_ins__isnull=False)
        ).distinct()


class VisibleSessionManager(models.Manager):
    """Sessions without the hidden one, which stays out of forms, drafts and copies."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(hidden=False)


class RegistrationQuerySet(models.QuerySet):
    def active(self) -> "RegistrationQuerySet":
        return self.filter(state=RegistrationState.ACTIVE)

    def remembered(self) -> "RegistrationQuerySet":
        """Return registrations that have not been erased."""
        return self.filter(erased_at=None)

    def under(self, email: str, name: str) -> "RegistrationQuerySet":
        """Return the active registrations of this person at this address: one at most for each event."""
        people = self.active().filter(email=normal_address(email), name_key=name_key(name))
        return people.reachable()

    def at_address(self, email: str, name: str, *, since: datetime) -> "RegistrationQuerySet":
        """Return this person's active registration at the address, and all that the address made after `since`."""
        person = models.Q(state=RegistrationState.ACTIVE, name_key=name_key(name))
        rows = self.filter(email=normal_address(email)).reachable().defer("answers")
        return rows.filter(person | models.Q(registered_at__gt=since))

    def to_tell_together(self) -> "RegistrationQuerySet":
        """Return active registrations whose confirmation waits for the common message of their address."""
        return self.active().remembered().filter(told_later=True).reachable()

    def reachable(self) -> "RegistrationQuerySet":
        """Return registrations that can be written to. Staff register people without an address too."""
        return self.exclude(email="")

    def unreachable(self) -> "RegistrationQuerySet":
        return self.remembered().filter(email="")

    def sharing_marked(self) -> "RegistrationQuerySet":
        """Annotate with `shares_address`: another active registration of the event has the same address."""
        others = RegistrationQuerySet(self.model).active().reachable()
        others = others.filter(event=models.OuterRef("event"), email=models.OuterRef("email"))
        return self.annotate(shares_address=models.Exists(others.exclude(pk=models.OuterRef("pk"))))

    def of_person(self, user: Account) -> "RegistrationQuerySet":
        """Return the registrations made while logged in with this account, and those of its address and name
        made while logged out.

        Another name at the same address is another person, such as a colleague in a town hall.
        """
        return self.filter(models.Q(user=user) | models.Q(named_as(user), user=None))

    def about_person(self, user: Account) -> "RegistrationQuerySet":
        """Return those of `of_person`, and those made for this person by somebody else who was logged in."""
        return self.filter(models.Q(user=user) | named_as(user))

    def to_come(self, now: datetime) -> "RegistrationQuerySet":
        """Return registrations to events that are not over."""
        return self.filter(event__ends_at__gt=now)

    def seated(self) -> "RegistrationQuerySet":
        """Return active registrations with at least one confirmed seat."""
        return self.active().filter(seats__state=SeatState.CONFIRMED).distinct()

    def present(self) -> "RegistrationQuerySet":
        """Return active registrations that were checked in at one session at least."""
        return self.active().filter(seats__present_at__isnull=False).distinct()

    def seated_with_presence(self) -> "RegistrationQuerySet":
        """Return the registrations of `seated`, erased ones too, with `was_present`, by event and in order of arrival."""
        related: Any = self.model._meta.get_field("seats").related_model
        seats = related.objects.filter(registration=models.OuterRef("pk"))
        confirmed = models.Exists(seats.filter(state=SeatState.CONFIRMED))
        people = self.active().filter(confirmed).order_by("event", "pk")
        return people.annotate(was_present=models.Exists(seats.filter(present_at__isnull=False)))

    def addressed(self, audience: str, session: Any = None) -> "RegistrationQuerySet":
        """Return the recipients of a group message to this audience, in this session if given."""
        cancelled = audience == MessageAudience.CANCELLED
        people = self.exclude(state=RegistrationState.ACTIVE) if cancelled else self.active()
        seats = {"seats__session": session} if session else {}
        if audience in SEATS_OF_AUDIENCE:
            seats["seats__state"] = SEATS_OF_AUDIENCE[audience]
        return people.remembered().filter(**seats).distinct()

    def with_seats(self) -> "RegistrationQuerySet":
        return self.select_related("event").prefetch_related("seats__session")


class SeatQuerySet(models.QuerySet):
    def held(self) -> "SeatQuerySet":
        """Return seats of active registrations."""
        return self.filter(registration__state=RegistrationState.ACTIVE)

    def seated(self) -> "SeatQuerySet":
        """Return confirmed seats, including those of cancelled registrations."""
        return self.filter(state=SeatState.CONFIRMED)

    def confirmed(self) -> "SeatQuerySet":
        return self.held().seated()

    def waiting(self) -> "SeatQuerySet":
        """Return waiting seats in queue order."""
        return self.held().filter(state=SeatState.WAITING).order_by("since", "pk")

    def present(self) -> "SeatQuerySet":
        """Return the seats of people who were checked in at the session."""
        return self.held().filter(present_at__isnull=False)

    def in_session(self, session: Any) -> "SeatQuerySet":
        """Return the seats of one session, with their registration and event."""
        return self.filter(session=session).select_related("session", "registration__event")


class EventChangeQuerySet(models.QuerySet):
    def proposed(self) -> "EventChangeQuerySet":
        """Return changes that staff have not decided yet."""
        return self.filter(state=ChangeState.PROPOSED)

    def unfinished(self) -> "EventChangeQuerySet":
        """Return changes whose announcement is being sent."""
        return self.filter(state=ChangeState.SENDING)


class CheckInQuerySet(models.QuerySet):
    def that_counts(self) -> Any:
        """Return the entry that makes a person present, or None: the earliest « present » after the last « undone ».

        The entries are those of one person at one session; the order in which they arrived does not matter.
        """
        entries: list[Any] = list(self)
        undone = [one.at for one in entries if one.kind == CheckInKind.UNDONE]
        since = max(undone, default=None)
        counting = [
            one
            for one in entries
            if one.kind == CheckInKind.PRESENT and (since is None or one.at > since)
        ]
        return min(counting, key=lambda one: (one.at, one.uuid), default=None)
