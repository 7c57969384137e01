"""How many people an event brought together, as recaps and figures say it."""

from dataclasses import dataclass
from typing import Any

from home.french import fold


@dataclass(frozen=True)
class Attendance:
    people: int
    #: Different structures of these people, as far as they said one.
    structures: int
    #: Whether people were checked in. Else those with a confirmed seat are counted.
    is_recorded: bool = False


def attendance_of(event: Any) -> Attendance:
    """Count the people present at an event, or those with a confirmed seat if nobody was checked in.

    Everything that says how many came asks this function. Erased registrations are people still, without a structure.
    """
    recorded = event.attendance_is_recorded
    people = event.registrations.present() if recorded else event.registrations.seated()
    named = people.values_list("pk", "organisation")
    structures = {fold(organisation).strip() for _pk, organisation in named}
    return Attendance(len(named), len(structures - {""}), is_recorded=recorded)
