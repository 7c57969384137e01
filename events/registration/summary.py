"""A registration as shown to its owner: seats, positions on waiting lists, allowed changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.models import Registration, Seat
from events.registration.modification import Rights, rights_of
from events.registration.waiting_list import positions_of


@dataclass(frozen=True)
class RegistrationSummary:
    """A registration at one moment, for display."""

    registration: Registration
    rights: Rights
    is_over: bool
    positions: dict[int, int] = field(default_factory=dict)

    @property
    def seats(self) -> list[tuple[Seat, int | None]]:
        """Each seat with its position on the waiting list, or None."""
        seats = sorted(self.registration.seats.all(), key=lambda seat: seat.session.sort_order or 0)
        return [(seat, self.positions.get(seat.pk)) for seat in seats]

    @property
    def has_sessions(self) -> bool:
        """Whether sessions can be left separately."""
        return len(self.registration.seats.all()) > 1

    @property
    def has_place(self) -> bool:
        return self.registration.is_active and not self.registration.only_waits

    @property
    def may_have_certificate(self) -> bool:
        """Whether the person was checked in at an event that is over: they can download an attestation."""
        return self.is_over and any(seat.is_present for seat in self.registration.seats.all())

    @property
    def is_for_a_calendar(self) -> bool:
        return self.has_place and not self.is_over and self.registration.event.has_firm_date


def summaries_of(registrations: Sequence[Registration], now: datetime) -> list[RegistrationSummary]:
    """Summarise registrations whose event and seats are loaded. One query for all positions."""
    positions = positions_of(registrations)
    return [
        RegistrationSummary(one, rights_of(one, one.event, now), one.event.is_past(now), positions)
        for one in registrations
    ]


def summary_of(registration: Registration, now: datetime) -> RegistrationSummary:
    return summaries_of([registration], now)[0]
