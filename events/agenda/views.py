"""The agenda and the recaps, as pages."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from events.agenda.listing import agenda_for
from events.agenda.related import recap_neighbours
from events.models import EventIndexPage, RecapPage


def agenda(request: HttpRequest, page: EventIndexPage) -> HttpResponse:
    """What is coming and what is past, filtered by theme and year."""
    found = agenda_for(request.user, request.GET, title=page.title, now=timezone.now())
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
    """What happened, with the event, the editions before and after, as this visitor may see them."""
    neighbours = recap_neighbours(page, request.user)
    page.previous_recap, page.told_event = neighbours.previous_recap, neighbours.event
    return page.render(request, context_overrides={"neighbours": neighbours})
