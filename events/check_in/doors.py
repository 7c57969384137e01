"""Open and close the door of an event: the address where people are checked in on the day."""

from datetime import datetime

from django.db import transaction

from events.agenda.availability import places_of
from events.models import Door, EventPage, Session
from events.registration.event_lock import lock_event
from events.registration.signup import keep
from home.access import Account


def open_door(*, event: EventPage, by: Account, now: datetime) -> Door:
    """Make a new address, in place of the previous one."""
    with transaction.atomic():
        event = lock_event(event.pk)
        for place in places_of(event, Session.objects.of([event])):
            keep(event, place.session)  # people come to a session, also where nobody registered
        return Door.open_for(event, by=by, at=now)


def close_door(*, event: EventPage) -> None:
    Door.objects.filter(event=event).delete()
