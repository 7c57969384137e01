"""Compute whether an event accepts registrations, without database access.

The page, the form and `events.registration.signup` all use these functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.models import EventPage, Session
from events.models.dates import end_of_deadline, midnight_after

#: At or below this number of places left, the page shows the number.
LAST_PLACES = 5


class Availability(StrEnum):
    """State of an event's registration, in order of precedence: an earlier one hides the later ones."""

    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    UNDATED = "undated"
    PAST = "past"
    NONE = "none"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    OUTSIDE = "outside"
    FULL = "full"
    MEMBERS_ONLY = "members_only"
    WAITING = "waiting"
    OPEN = "open"


#: States in which the registration form is shown, with places left or for the waiting list only.
ACCEPTING = (Availability.OPEN, Availability.WAITING)
#: States in which someone can register: here or on another site, at once or after logging in.
INVITING = (*ACCEPTING, Availability.MEMBERS_ONLY, Availability.OUTSIDE)


@dataclass(frozen=True)
class Places:
    """Place counts of one session. `capacity` is None when there is no limit."""

    session: Session
    capacity: int | None
    taken: int
    #: Number of people on the waiting list.
    queued: int = 0

    @property
    def free(self) -> int | None:
        """Places that nobody holds, or None without a limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def left(self) -> int | None:
        """Places that a newcomer can take, or None without a limit: 0 while people are on the waiting list."""
        return 0 if self.queued else self.free

    @property
    def is_over(self) -> bool:
        """Whether more places are taken than exist: staff overbooked, or the capacity was lowered."""
        return self.capacity is not None and self.taken > self.capacity

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def is_nearly_full(self) -> bool:
        return self.left is not None and 0 < self.left <= LAST_PLACES


def places_of(event: EventPage, sessions: Iterable[Session]) -> list[Places]:
    """Return the places of each session; one without its own capacity uses the event's.

    The hidden session is left out when the event has visible ones: who has a place in it counts in each of them.
    """
    sessions = list(sessions)
    seen = [session for session in sessions if not session.hidden] or sessions
    # The hidden session is created by the first registration.
    seen = seen or [Session(hidden=True)]
    whole = [session for session in sessions if session not in seen]
    taken, queued = (sum(getattr(one, name) for one in whole) for name in ("taken", "queued"))
    return [
        Places(
            session,
            session.capacity or event.capacity,
            session.taken + taken,
            session.queued + queued,
        )
        for session in seen
    ]


def places_shown(event: EventPage, sessions: Iterable[Session]) -> tuple[int | None, ...]:
    """Return what pages say of the places of each session: how many of the last ones are left, else that there are some."""
    places = places_of(event, sessions)
    return tuple(None if one.left is None else min(one.left, LAST_PLACES + 1) for one in places)


def begins_at(event: EventPage) -> datetime | None:
    """Return when the event begins for registrations, or None without a date.

    An event of whole days counts as begun at the end of its first day (midnight, Paris time).
    """
    if event.starts_at is None:
        return None
    return midnight_after(event.starts_at) if event.all_day else event.starts_at


def closes_at(event: EventPage) -> datetime | None:
    """Return when registration closes, or None without a date.

    That is the end of the deadline's day (Paris time), and at the latest the beginning of the event.
    """
    begun = begins_at(event)
    if begun is None:
        return None
    if event.registration_deadline is None:
        return begun
    return min(begun, end_of_deadline(event.registration_deadline))


def availability_by_date(event: EventPage, now: datetime) -> Availability:
    """Return the availability that follows from status, form and dates only, the same for every visitor."""
    opens_at, closing = event.registration_opens_at, closes_at(event)
    answers = [
        (event.is_cancelled, Availability.CANCELLED),
        (event.is_past(now), Availability.PAST),
        (event.is_postponed, Availability.POSTPONED),
        (closing is None, Availability.UNDATED),
        (event.registration_form == EventPage.RegistrationForm.NONE, Availability.NONE),
        (opens_at is not None and now < opens_at, Availability.NOT_YET),
        (closing is not None and now >= closing, Availability.CLOSED),
        (event.registration_form == EventPage.RegistrationForm.OUTSIDE, Availability.OUTSIDE),
    ]
    return next((answer for applies, answer in answers if applies), Availability.OPEN)


def availability(
    event: EventPage, places: Iterable[Places], *, member: bool, now: datetime
) -> Availability:
    """Return the availability for one visitor, `member` or not, at `now`."""
    by_date = availability_by_date(event, now)
    if by_date is not Availability.OPEN:
        return by_date
    choosable = [place for place in places if place.session.is_open(now)]
    if not choosable:
        return Availability.CLOSED
    full = all(place.is_full for place in choosable)
    if full and not event.waiting_list:
        return Availability.FULL
    if event.is_for_members and not member:
        return Availability.MEMBERS_ONLY
    return Availability.WAITING if full else Availability.OPEN
