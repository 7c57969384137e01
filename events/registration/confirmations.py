"""Confirmations of registrations that wait, since their address has had many for this event in a day.

Nobody's confirmation is dropped: they leave together, one message an hour for each address and event.
"""

from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from events.models import EventPage, Registration
from events.registration import emails
from home.batches import one_by_one

EVERY = timedelta(hours=1)


def tell_together(at: datetime) -> None:
    """Write the messages that are due. Run by the clock every quarter of an hour."""
    waiting = Registration.objects.to_tell_together()
    events = EventPage.objects.filter(pk__in=waiting.values("event"))
    one_by_one(events, lambda event: tell_people_of(event, at))


@transaction.atomic
def tell_people_of(event: EventPage, at: datetime) -> None:
    event = EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if event.is_cancelled or event.is_past(at):
        return  # the message would no longer be true
    waiting = event.registrations.to_tell_together().with_seats()
    people = waiting.order_by("email", "registered_at", "pk")
    for email, colleagues in groupby(people, key=attrgetter("email")):
        if not emails.told_together_since(event, email, at - EVERY):
            tell_colleagues(event, email, list(colleagues), at)


def tell_colleagues(
    event: EventPage, email: str, colleagues: list[Registration], at: datetime
) -> None:
    emails.registered_together(event, email, colleagues, at)
    told = [one.pk for one in colleagues]
    Registration.objects.filter(pk__in=told).update(told_later=False)
