"""The agenda's listing: upcoming and past events, with filters and the state of each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page as PaginatorPage
from django.http import HttpRequest

from events.agenda.availability import INVITING, Availability, availability, places_of
from events.agenda.labels import DateFigure, State, date_figure, states_of
from events.models import EventPage, Session
from home.access import visible_to
from home.pages.listing import Filters, page_of, read_filters, title_with_place
from home.prefetch.facts import Facts, facts_of


@dataclass(frozen=True)
class Row:
    """An event as a row of a listing."""

    event: EventPage
    state: State
    figure: DateFigure | None
    #: Places left, if they are the last ones and the event has no sessions.
    left: int | None
    #: Where registration stands for an anonymous visitor.
    face: Availability
    is_over: bool
    is_off: bool

    @property
    def invites(self) -> bool:
        """Whether someone can register: here or on another site, at once or after logging in."""
        return self.face in INVITING

    @property
    def tells_move(self) -> bool:
        return self.event.is_moved and not self.is_over


@dataclass(frozen=True)
class Agenda:
    """The agenda for one query string. Past events are paginated; upcoming ones are on the first page only."""

    title: str
    filters: Filters
    coming: list[Row]
    past: list[Row]
    past_page: PaginatorPage


def agenda_for(request: HttpRequest, *, title: str, now: datetime) -> Agenda:
    """Return the agenda that this visitor may see. Unknown filter values are ignored."""
    events = visible_to(request.user, EventPage.objects.dated())
    filters = read_filters(request, events, date_field="starts_at")
    matching = events
    if filters.theme:
        matching = matching.themed(filters.theme)
    if filters.year:
        matching = matching.during(filters.year)
    past_page = page_of(matching.past(now).values_list("pk", flat=True), request.GET)
    coming = matching.upcoming(now).values_list("pk", flat=True) if past_page.number == 1 else []
    facts = facts_of(request)
    events_to_come, events_over = read_events(coming, facts), read_events(past_page, facts)
    return Agenda(
        title=title_with_place(title, filters, past_page),
        filters=filters,
        coming=rows_of(events_to_come, now),
        past=[row_of(event, [], now) for event in events_over],
        past_page=past_page,
    )


def read_events(keys: Iterable[int], facts: Facts) -> list[EventPage]:
    """Return events in the order of their keys, reading only those that no request of this generation has read."""
    keys, known = list(keys), facts.get("events", dict[int, EventPage])
    missing = [key for key in keys if key not in known]
    if missing:
        known.update((event.pk, event) for event in EventPage.objects.filter(pk__in=missing))
    return [known[key] for key in keys if key in known]


def rows_of(events: Iterable[EventPage], now: datetime) -> list[Row]:
    """Return a row for each event, with its places left. One query, whatever the number of events."""
    events = list(events)
    sessions: dict[int, list[Session]] = defaultdict(list)
    for session in Session.objects.of(events):
        sessions[session.event_id].append(session)
    return [row_of(event, sessions[event.pk], now) for event in events]


def row_of(event: EventPage, sessions: list[Session], now: datetime) -> Row:
    places = places_of(event, sessions)
    # The list is the same for members and others; only the event's page answers for this visitor.
    face = availability(event, places, member=False, now=now)
    is_nearly_full = len(places) == 1 and places[0].is_nearly_full
    return Row(
        event=event,
        state=states_of(event, face, places)[0],
        figure=date_figure(event),
        left=places[0].left if is_nearly_full and face in INVITING else None,
        face=face,
        is_over=event.is_past(now),
        is_off=event.is_cancelled,
    )
