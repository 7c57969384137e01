"""Back-office list of events."""

from typing import Any

from wagtail.admin.ui.tables import Column
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet

from events.models import EventPage
from home.french import date_range_compact
from home.french.dates import Span


class EventListView(IndexView):
    default_ordering = "-starts_at"

    def annotate_queryset(self, pages: Any) -> Any:
        return super().annotate_queryset(pages.with_registered())


def date_of(event: EventPage) -> str:
    if event.starts_at is None:
        return "à fixer"
    span = Span.announced(event.starts_at, event.announced_end, all_day=event.all_day)
    return date_range_compact(span.start, span.end, all_day=span.all_day, end_given=span.end_given)


def registered_of(event: EventPage) -> str:
    return f"{event.registered} / {event.capacity}" if event.capacity else str(event.registered)


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
        Column("starts_at", label="Date", accessor=date_of, sort_key="starts_at", width="15%"),
        Column("place", label="Lieu", width="18%"),
        Column("registered", label="Inscriptions", accessor=registered_of, width="10%"),
        PageStatusColumn("status", label="État", sort_key="live", width="12%"),
    ]
