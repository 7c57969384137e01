"""Links between an event, its recap, and its previous and following editions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from wagtail.models import Page

from events.models import EventPage, RecapPage
from home.access import Visitor, visible_to


@dataclass
class Neighbours:
    """Related pages that this visitor may see; a missing one is None.

    They are plain `Page` objects, enough for links.
    """

    event: EventPage | None = None
    recap: Page | None = None
    previous: Page | None = None
    previous_recap: Page | None = None
    following: list[Page] = field(default_factory=list)


def neighbours_of(event: EventPage, user: Visitor) -> Neighbours:
    """Return the pages related to an event: one query for events and recaps together."""
    key, before = event.pk or 0, event.previous_edition_id or 0
    around = (
        Q(pk=before) | Q(eventpage__previous_edition=key) | Q(recappage__event__in=(key, before))
    )
    pages = list(
        visible_to(user, Page.objects.filter(around))
        .annotate(told=F("recappage__event"), begins=F("eventpage__starts_at"))
        .order_by("begins", "pk")
    )
    return Neighbours(
        event=event,
        recap=recap_of(key, pages),
        previous=next((page for page in pages if page.pk == before), None),
        previous_recap=recap_of(before, pages),
        following=[page for page in pages if page.told is None and page.pk != before],
    )


def recap_neighbours(recap: RecapPage, user: Visitor) -> Neighbours:
    """Return the pages related to a recap's event: two queries."""
    event = visible_to(user, EventPage.objects.filter(pk=recap.event_id or 0)).first()
    return neighbours_of(event, user) if event else Neighbours(recap=recap)


def recap_of(event: int, pages: Iterable[Any]) -> Page | None:
    return next((page for page in pages if page.told is not None and page.told == event), None)
