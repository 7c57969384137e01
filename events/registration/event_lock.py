"""The lock of an event's row, held by each function that changes its places."""

from typing import Any

from django.db import transaction
from django.db.models import F

from events.agenda.availability import places_shown
from events.models import EventPage, Session


def lock_event(key: int, **conditions: Any) -> EventPage:
    """Return the event as it is now, with its row locked until the end of the transaction.

    The places that its page shows are compared after the commit: only a visible change renews public pages, not each
    registration.
    """
    event = EventPage.objects.select_for_update(of=("self",)).get(pk=key, **conditions)
    transaction.on_commit(PlacesWatch(event), robust=True)
    return event


class PlacesWatch:
    """The places that the public sees, compared before a transaction and after its commit."""

    def __init__(self, event: EventPage) -> None:
        self.__qualname__ = type(self).__qualname__  # named in the log if it fails
        self.event = event
        self.before = self.read()

    def read(self) -> tuple[int | None, ...]:
        return places_shown(self.event, Session.objects.of([self.event]))

    def __call__(self) -> None:
        if self.read() != self.before:
            # Nothing changes in the row, but what writes to it tells that its page has (site_cms.shelf).
            EventPage.objects.filter(pk=self.event.pk).update(
                calendar_sequence=F("calendar_sequence")
            )
