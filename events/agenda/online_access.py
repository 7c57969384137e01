"""Access to the address of an event's video conference.

The address lets anyone into the room. Made public, it would be indexed by robots, and people without
a place could join. Public calendars and structured data never contain it; a registration's own e-mails
and calendar do.
"""

from events.models import EventPage, Seat
from home.access import Visitor, is_member


def online_address_for(event: EventPage, user: Visitor) -> str:
    """Return the address, or an empty string for a visitor who may not attend.

    Attending takes a confirmed seat or, for an event without registration, access to the event.
    """
    if not event.online_address:
        return ""
    return event.online_address if may_attend(event, user) else ""


def may_attend(event: EventPage, user: Visitor) -> bool:
    if event.registration_form == EventPage.RegistrationForm.NONE:
        return is_member(user) or not event.is_for_members
    if not user.is_authenticated:
        return False
    mine = event.registrations.of_person(user)
    return Seat.objects.confirmed().filter(registration__in=mine).exists()
