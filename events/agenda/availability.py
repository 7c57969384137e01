"""What an event answers to someone who would like to register. Pure: the page, the form and the verb ask here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from events.models import EventPage, Session
from events.models.dates import end_of_deadline, midnight_after

#: From how many places on the page says how many are left.
LAST_PLACES = 5


class Availability(StrEnum):
    """The faces of the registration section, in the order in which one hides the next."""

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


#: The faces that show the form: with places, or with a waiting list only.
ACCEPTING = (Availability.OPEN, Availability.WAITING)
#: The faces from which someone may register, here or elsewhere, now or once logged in.
INVITING = (*ACCEPTING, Availability.MEMBERS_ONLY, Availability.OUTSIDE)


@dataclass(frozen=True)
class Places:
    """The places of one session. `capacity` is None when there is no limit."""

    session: Session
    capacity: int | None
    taken: int
    #: How many people wait for one.
    queued: int = 0

    @property
    def free(self) -> int | None:
        """Those that nobody holds."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def left(self) -> int | None:
        """Those that a newcomer may take: none while somebody waits."""
        return 0 if self.queued else self.free

    @property
    def is_over(self) -> bool:
        """More places are taken than there are: staff said so, or lowered the number."""
        return self.capacity is not None and self.taken > self.capacity

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def is_nearly_full(self) -> bool:
        return self.left is not None and 0 < self.left <= LAST_PLACES


def places_of(event: EventPage, sessions: Iterable[Session]) -> list[Places]:
    """A session without a capacity of its own has the event's. Of the hidden session nothing is said beside others."""
    sessions = list(sessions)
    seen = [session for session in sessions if not session.hidden] or sessions
    # An event that nobody joined yet has no hidden session.
    seen = seen or [Session(hidden=True)]
    return [
        Places(session, session.capacity or event.capacity, session.taken, session.queued)
        for session in seen
    ]


def begins_at(event: EventPage) -> datetime | None:
    """From when nobody registers any more; of an event of whole days, the end of the first."""
    if event.starts_at is None:
        return None
    return midnight_after(event.starts_at) if event.all_day else event.starts_at


def closes_at(event: EventPage) -> datetime | None:
    """When registration ends: with the deadline's day, and never after the event has begun."""
    begun = begins_at(event)
    if begun is None:
        return None
    if event.registration_deadline is None:
        return begun
    return min(begun, end_of_deadline(event.registration_deadline))


def availability_by_date(event: EventPage, now: datetime) -> Availability:
    """What status, form and dates alone say, for everyone alike."""
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
    """What the event answers to this visitor at this moment."""
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
