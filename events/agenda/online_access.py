"""Who may have the address of an event's video conference.

It opens a room: published, it is found by robots, and a place that was refused is taken all the same. Public
calendars and structured data never hold it; a registration's own message and calendar do.
"""

from typing import Any

from events.models import EventPage, Seat
from home.access import is_member


def online_address_for(event: EventPage, user: Any) -> str:
    """Empty for who may not have it: who holds no seat or, where nobody registers, who may not come."""
    if not event.online_address:
        return ""
    return event.online_address if may_attend(event, user) else ""


def may_attend(event: EventPage, user: Any) -> bool:
    if event.registration_form == EventPage.RegistrationForm.NONE:
        return is_member(user) or not event.is_for_members
    if not user.is_authenticated:
        return False
    seats = Seat.objects.confirmed().filter(registration__event=event, registration__user=user)
    return seats.exists()
