"""The numbers of a sign-in sheet. They are kept when it is printed, since the list goes on changing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from events.models import EventPage, Registration, Seat, Session, SignInSheet
from events.registration.event_lock import lock_event
from events.registration.signup import keep
from home.french.names import order_key

#: Lines for those who come without having registered: this many, or one for ten people.
FEWEST_BLANK, PEOPLE_FOR_A_BLANK = 6, 10


@dataclass(frozen=True)
class SheetLine:
    """A line of a sheet. `registration` is None on a blank line, and where it is gone or erased."""

    number: int
    registration: Registration | None = None

    @property
    def name(self) -> str:
        return self.registration.name if self.registration else ""

    @property
    def structure(self) -> str:
        return self.registration.organisation if self.registration else ""


def expected_in(session: Session) -> list[Registration]:
    """Return the people with a confirmed seat, by surname. Two queries at most."""
    if session.pk is None:
        return []
    seats = Seat.objects.confirmed().in_session(session).exclude(registration__name="")
    return sorted((one.registration for one in seats), key=lambda person: order_key(person.name))


def print_sheet(*, event: EventPage, session: Session, now: datetime) -> SignInSheet:
    """Number the people of a session. The same people as last time keep the same sheet."""
    with transaction.atomic():
        keep(lock_event(event.pk), session)
        people = [one.pk for one in expected_in(session)]
        last = session.sheets.first()
        if last is not None and last.people == people:
            return last
        return SignInSheet.objects.create(
            session=session,
            people=people,
            blank_lines=max(FEWEST_BLANK, len(people) // PEOPLE_FOR_A_BLANK),
            printed_at=now,
        )


def lines_of(sheet: SignInSheet) -> list[SheetLine]:
    """Return the numbered lines, those of people first. One query."""
    return [*named_lines(sheet), *blank_lines(sheet)]


def named_lines(sheet: SignInSheet) -> list[SheetLine]:
    people = Registration.objects.remembered().defer("answers").in_bulk(sheet.people)
    return [SheetLine(number, people.get(key)) for number, key in enumerate(sheet.people, start=1)]


def blank_lines(sheet: SignInSheet) -> Sequence[SheetLine]:
    first = len(sheet.people) + 1
    return [SheetLine(number) for number in range(first, first + sheet.blank_lines)]
