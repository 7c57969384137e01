"""Views of the agenda and recap pages."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events.agenda.listing import agenda_for
from events.agenda.related import recap_neighbours
from events.models import EventIndexPage, RecapPage


def agenda(request: HttpRequest, page: EventIndexPage) -> HttpResponse:
    """Show upcoming and past events, filtered by theme and year."""
    found = agenda_for(request, title=page.title, now=timezone.now())
    return page.render(
        request,
        context_overrides={
            "agenda": found,
            "filters": found.filters,
            "list_title": found.title,
            "page_obj": found.past_page,
        },
    )


def recap(request: HttpRequest, page: RecapPage) -> HttpResponse:
    """Show a recap with its event and the neighbouring editions that this visitor may see."""
    neighbours = recap_neighbours(page, request)
    page.previous_recap, page.told_event = neighbours.previous_recap, neighbours.event
    return page.render(request, context_overrides={"neighbours": neighbours})
