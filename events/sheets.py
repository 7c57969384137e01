"""A registration as its holder reads it: each place, the position in each waiting list, what may still be done."""

from dataclasses import dataclass, field
from datetime import datetime

from events.changing import Rights, rights_of
from events.models import Registration, Seat
from events.waiting import positions_of


@dataclass(frozen=True)
class Sheet:
    """What the page shows of a registration at this moment."""

    registration: Registration
    rights: Rights
    positions: dict[int, int] = field(default_factory=dict)

    @property
    def seats(self) -> list[tuple[Seat, int | None]]:
        """Each seat, with its position in the waiting list when it waits."""
        seats = sorted(self.registration.seats.all(), key=lambda seat: seat.session.sort_order or 0)
        return [(seat, self.positions.get(seat.pk)) for seat in seats]

    @property
    def has_sessions(self) -> bool:
        """Whether one may be left without the others."""
        return len(self.registration.seats.all()) > 1

    @property
    def has_place(self) -> bool:
        return self.registration.is_active and not self.registration.only_waits


def sheet_of(registration: Registration, now: datetime) -> Sheet:
    rights = rights_of(registration, registration.event, now)
    return Sheet(registration, rights, positions_of([registration]))
