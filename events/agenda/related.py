"""Links between an event, its recap, and its previous and following editions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from wagtail.models import Page

from events.models import EventPage, RecapPage
from home.access import Visitor, reading_rights, visible_to
from home.models.querysets import one_or_none
from home.prefetch.facts import facts_of


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


def neighbours_of(event: EventPage, request: HttpRequest) -> Neighbours:
    """Return the pages related to an event: one query for events and recaps together."""
    user = request.user
    key, before = event.pk or 0, event.previous_edition_id or 0
    pages = facts_of(request).get(
        ("around", key, before, reading_rights(user)), lambda: pages_around(key, before, user)
    )
    return Neighbours(
        event=event,
        recap=recap_of(key, pages),
        previous=next((page for page in pages if page.pk == before), None),
        previous_recap=recap_of(before, pages),
        following=[page for page in pages if page.told is None and page.pk != before],
    )


def pages_around(key: int, before: int, user: Visitor) -> list[Page]:
    around = (
        Q(pk=before) | Q(eventpage__previous_edition=key) | Q(recappage__event__in=(key, before))
    )
    return list(
        visible_to(user, Page.objects.filter(around))
        .annotate(told=F("recappage__event"), begins=F("eventpage__starts_at"))
        .order_by("begins", "pk")
    )


def recap_neighbours(recap: RecapPage, request: HttpRequest) -> Neighbours:
    """Return the pages related to a recap's event: two queries."""
    key = recap.event_id or 0
    event = facts_of(request).get(
        ("told", key, reading_rights(request.user)),
        lambda: one_or_none(visible_to(request.user, EventPage.objects.filter(pk=key))),
    )
    return neighbours_of(event, request) if event else Neighbours(recap=recap)


def recap_of(event: int, pages: Iterable[Any]) -> Page | None:
    return next((page for page in pages if page.told is not None and page.told == event), None)
