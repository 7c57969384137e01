"""Back-office list of events."""

from collections.abc import Iterable
from typing import Any

from wagtail.admin.ui.tables import Column
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet

from events.admin.people import people_url
from events.agenda.availability import places_of
from events.agenda.labels import state_in_back_office
from events.models import EventPage, Session
from home.access import Account
from home.french import date_range_compact
from home.french.dates import Span


class EventListView(IndexView):
    default_ordering = "-starts_at"

    def annotate_queryset(self, pages: Any) -> Any:
        return super().annotate_queryset(pages.with_registered())

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        add_places(context["object_list"], self.request.user)
        return context


def add_places(events: Iterable[EventPage], user: Account) -> None:
    """Set on each event its `places`, its `desk_state` and the address of its `people`. One query for all."""
    events = list(events)
    by_event: dict[int, list[Session]] = {}
    for session in Session.objects.of(events):
        by_event.setdefault(session.event_id, []).append(session)
    for event in events:
        event.places = places_of(event, by_event.get(event.pk, []))
        event.desk_state = state_in_back_office(event, event.places)
        event.people_url = people_url(user, event)


class RegisteredColumn(Column):
    """Number of people, as a link to their list, and places of each session."""

    cell_template_name = "events/admin/places_cell.html"


def date_of(event: EventPage) -> str:
    if event.starts_at is None:
        return "à fixer"
    span = Span.announced(event.starts_at, event.announced_end, all_day=event.all_day)
    return date_range_compact(span.start, span.end, all_day=span.all_day, end_given=span.end_given)


class DateColumn(Column):
    """The date, and before it « Annulé », « Reporté » or « Complet »."""

    cell_template_name = "events/admin/date_cell.html"


class EventListing(PageListingViewSet):
    model = EventPage
    name = "evenements"
    menu_label = "Événements"
    icon = "date"
    menu_order = 205
    add_to_admin_menu = True
    index_view_class = EventListView
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label="Titre", sort_key="title", classname="title"),
        DateColumn("starts_at", label="Date", accessor=date_of, sort_key="starts_at", width="15%"),
        Column("place", label="Lieu", width="18%"),
        RegisteredColumn("registered", label="Inscriptions", width="16%"),
        PageStatusColumn("status", label="État", sort_key="live", width="12%"),
    ]
