"""The list at the door: name, structure, sessions and presence of the people of an event. No address, no answer.

Its queries do not depend on the number of people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.agenda.availability import places_of
from events.check_in.codes import code_in, person_with
from events.models import CheckIn, EventPage, Registration, Seat, Session
from events.models.door import Door
from events.models.enums import CheckInKind
from home.french import fold, hour
from home.french.names import order_key


@dataclass(frozen=True)
class Guest:
    """A person of the list, with their seats by session and what is said of each."""

    registration: Registration
    seats: dict[int, Seat]
    #: By session: the telephone that counts.
    devices: dict[int, str]

    @property
    def searched(self) -> str:
        return fold(f"{self.registration.name} {self.registration.organisation}")

    def present_words(self, session: Session) -> str:
        """« déjà pointée à 9h22 (téléphone A) », or an empty string for somebody who is not there."""
        seat = self.seats.get(session.pk)
        if seat is None or seat.present_at is None:
            return ""
        return already_present(seat.present_at, self.devices.get(session.pk, ""))

    def standing_words(self, session: Session) -> str:
        """Return what is to be known of them at this session, besides that they have a place."""
        seat = self.seats.get(session.pk)
        words = [
            (self.registration.on_site, "sur place"),
            (seat is None, "pas inscrite à cette session"),
            (seat is not None and seat.is_waiting, "sur liste d’attente"),
            (seat is not None and seat.over_capacity, "hors quota"),
        ]
        return ", ".join(word for applies, word in words if applies)


class GuestList:
    def __init__(self, event: EventPage) -> None:
        self.event = event
        self.sessions = [place.session for place in places_of(event, Session.objects.of([event]))]
        people = event.registrations.active().remembered().defer("answers")
        rows = sorted(people.prefetch_related("seats"), key=lambda one: order_key(one.name))
        devices = devices_of(event)
        self.guests = [
            Guest(
                one,
                {seat.session_id: seat for seat in one.seats.all()},
                {
                    seat.session_id: devices.get((one.pk, seat.session_id, seat.present_at), "")
                    for seat in one.seats.all()
                },
            )
            for one in rows
        ]

    def session(self, uuid: str, now: datetime) -> Session:
        """Return the session of this UUID, else the one that is on now or comes next, else the last."""
        for one in self.sessions:
            if str(one.uuid) == uuid:
                return one
        coming = [one for one in self.sessions if one.ends_at is None or one.ends_at > now]
        dated = sorted(coming, key=lambda one: (one.starts_at is None, one.starts_at or now))
        return dated[0] if dated else self.sessions[-1]

    def found(self, typed: str) -> Sequence[Guest]:
        """Return the people whose name or structure has every word typed, or who has the code. Raise `WrongCode`."""
        code = code_in(typed, self.event)
        if code:
            person = person_with(code, [one.registration for one in self.guests], self.event)
            return [one for one in self.guests if one.registration == person]
        words = fold(typed).split()
        return [one for one in self.guests if all(word in one.searched for word in words)]

    def present_in(self, session: Session) -> int:
        return sum(bool(one.present_words(session)) for one in self.guests)

    def as_plain(self, door: Door) -> dict[str, Any]:
        """Return the list for a telephone to keep. Codes of cancelled registrations have no name beside them."""
        gone = self.event.registrations.exclude(state=Registration.State.ACTIVE).only("uuid")
        return {
            "event": self.event.pk,
            "title": self.event.title,
            "until": int(door.closes_at.timestamp() * 1000),
            "sessions": [
                {
                    "id": str(one.uuid),
                    "title": str(one),
                    "end": one.ends_at and int(one.ends_at.timestamp() * 1000),
                }
                for one in self.sessions
            ],
            "people": [self.plain_guest(one) for one in self.guests],
            "cancelled": [one.door_code for one in gone],
        }

    def plain_guest(self, guest: Guest) -> dict[str, Any]:
        person = guest.registration
        return {
            "id": str(person.uuid),
            "name": person.name,
            "structure": person.organisation,
            "code": person.door_code,
            "onSite": person.on_site,
            "seats": {
                str(session.uuid): plain_seat(guest.seats[session.pk], guest.devices[session.pk])
                for session in self.sessions
                if session.pk in guest.seats
            },
        }


def already_present(at: datetime, device: str) -> str:
    return f"déjà pointée à {hour(at)}" + (f" ({device})" if device else "")


def plain_seat(seat: Seat, device: str) -> dict[str, Any]:
    at = seat.present_at
    return {
        "waiting": seat.is_waiting,
        "over": seat.over_capacity,
        "at": int(at.timestamp() * 1000) if at else None,
        "device": device,
    }


def devices_of(event: EventPage) -> dict[tuple[int, int, datetime], str]:
    """Return the telephone of each presence, by registration, session and moment."""
    entries: Iterable[CheckIn] = CheckIn.objects.filter(
        registration__event=event, kind=CheckInKind.PRESENT
    )
    return {(one.registration_id, one.session_id, one.at): one.device for one in entries}
