"""How many people an event brought together, as recaps and figures say it."""

from dataclasses import dataclass
from typing import Any

from home.french import fold


@dataclass(frozen=True)
class Attendance:
    people: int
    #: Different structures of these people, as far as they said one.
    structures: int


def attendance_of(event: Any) -> Attendance:
    """Count the people present at an event. Presence is not recorded yet: those with a confirmed seat stand for it.

    Everything that says how many came asks this function. Erased registrations are people still, without a structure.
    """
    named = event.registrations.seated().values_list("pk", "organisation")
    structures = {fold(organisation).strip() for _pk, organisation in named}
    return Attendance(people=len(named), structures=len(structures - {""}))
