"""The public agenda as open data: schema.org in JSON-LD, and a table in CSV.

Both hold every dated event that anybody may read, past ones included, without registrations or their answers. Times are
in ISO 8601 with the offset of Europe/Paris. The licence is Etalab's Licence Ouverte 2.0 (decision 0053).
"""

import json
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events.agenda.listing import Row, rows_of
from events.agenda.schema_org import end_date, event_data, written
from events.models import EventIndexPage, EventPage
from home.access import visible_to
from home.pages.schema_org import organisation
from home.spreadsheets import CSV_TYPE, csv_text

LICENCE = "https://spdx.org/licenses/etalab-2.0.html"
COLUMNS = (
    "identifiant", "titre", "debut", "fin", "statut", "inscription", "participation", "lieu", "adresse", "code_postal",
    "commune", "themes", "description", "page",
)  # fmt: skip


def agenda_json(request: HttpRequest, page: EventIndexPage) -> HttpResponse:
    """Serve the events as a schema.org `DataFeed`."""
    publisher = organisation(request)
    feed = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": f"{page.title} – {publisher['name']}",
        "url": page.get_full_url(request),
        "license": LICENCE,
        "inLanguage": "fr",
        "publisher": publisher,
        "dataFeedElement": [item_of(row, request, publisher) for row in public_rows()],
    }
    content = json.dumps(feed, ensure_ascii=False, indent=1)
    return for_everybody(HttpResponse(content, content_type="application/json"))


def agenda_csv(request: HttpRequest, page: EventIndexPage) -> HttpResponse:
    """Serve the events as a table, one event a line."""
    lines = [cells_of(row, request) for row in public_rows()]
    response = HttpResponse(csv_text(COLUMNS, lines), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{page.slug}.csv"'
    return for_everybody(response)


def public_rows() -> list[Row]:
    """Return the events that an anonymous visitor may see, also to a member, soonest first."""
    events = visible_to(AnonymousUser(), EventPage.objects.dated()).order_by("starts_at", "title")
    return rows_of(events.prefetch_related("page_themes__theme"), timezone.now())


def item_of(row: Row, request: HttpRequest, publisher: dict[str, Any]) -> dict[str, Any]:
    event = row.event
    event.shown_availability = row.face
    item = event_data(
        event,
        url=event.get_full_url(request) or "",
        organizer={"@id": publisher["@id"]},
    )
    item["identifier"] = str(event.calendar_uid)
    if event.themes:
        item["keywords"] = [theme.name for theme in event.themes]
    return item


def cells_of(row: Row, request: HttpRequest) -> list[Any]:
    event = row.event
    return [
        event.calendar_uid,
        event.title,
        written(event.starts_at, all_day=event.all_day),
        end_date(event),
        event.get_status_display(),
        row.state.label,
        event.get_mode_display(),
        event.venue_name,
        event.venue_street,
        event.venue_postcode,
        event.venue_town,
        [theme.name for theme in event.themes],
        event.description,
        event.get_full_url(request),
    ]


def for_everybody(response: HttpResponse) -> HttpResponse:
    """Let scripts of other sites read the response."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
