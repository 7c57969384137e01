"""Back-office screen « Le jour même »: all that an event needs on paper, each thing in a section of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.admin.people import LIST_PEOPLE, may_list_people, people_url
from events.admin.sheet_sections import meal_section, needs_section, photo_section, sheet_section
from events.models import EventPage
from home.access import Account, AccountRequest
from home.responses import private


@dataclass(frozen=True)
class Section:
    """A part of the screen: what its template needs, besides the event."""

    template: str
    context: Mapping[str, Any]


#: In the order of the screen. Each is asked with the event, who looks and the present moment; None shows nothing.
SECTIONS: tuple[
    tuple[str, Callable[[EventPage, Account, datetime], Mapping[str, Any] | None]], ...
] = (
    ("events/admin/day/sheets.html", sheet_section),
    ("events/admin/day/meals.html", meal_section),
    ("events/admin/day/needs.html", needs_section),
    ("events/admin/day/photos.html", photo_section),
)


@require_safe
def show_event_day(request: AccountRequest, pk: int) -> HttpResponse:
    event = event_of_day(request, pk)
    now = timezone.now()
    found = [(template, ask(event, request.user, now)) for template, ask in SECTIONS]
    context = {
        "event": event,
        "people_url": people_url(request.user, event),
        "sections": [Section(template, told) for template, told in found if told is not None],
    }
    return private(render(request, "events/admin/event_day.html", context))


def event_of_day(request: AccountRequest, pk: int, *, needs: str = LIST_PEOPLE) -> EventPage:
    """Return the event for somebody with this permission. All who read the registrations may see who comes too."""
    user = request.user
    if not (may_list_people(user) if needs == LIST_PEOPLE else user.has_perm(needs)):
        raise PermissionDenied
    event: EventPage = get_object_or_404(EventPage, pk=pk)
    return event
