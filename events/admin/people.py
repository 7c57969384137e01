"""Back-office screen « Qui vient »: names, sessions and state, without addresses or answers."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from events.agenda.availability import Places, places_of
from events.agenda.labels import state_in_back_office
from events.models import EventPage, Registration, Session
from home.access import Account, AccountRequest
from home.responses import private

#: Who comes, and nothing more. Groups of the site: docs/decisions/0045-rights.md.
LIST_PEOPLE = "events.list_people"
#: Each of them opens the list of registrations, with addresses and answers.
FULL_LIST = ("events.view_registration", "events.change_registration")


def people_permission() -> QuerySet[Permission]:
    """Offer the permission on Wagtail's screen of groups (hook `register_permissions`)."""
    return Permission.objects.filter(content_type__app_label="events", codename="list_people")


def may_list_people(user: Account) -> bool:
    return any(map(user.has_perm, (LIST_PEOPLE, *FULL_LIST)))


def people_url(user: Account, event: EventPage) -> str:
    """Return where this user reads who comes: the list of registrations, « Qui vient », or nowhere (empty)."""
    if any(map(user.has_perm, FULL_LIST)):
        return f"{reverse('events_registration_modeladmin_index')}?evenement={event.pk}"
    return reverse("events_people", args=[event.pk]) if user.has_perm(LIST_PEOPLE) else ""


@require_safe
def list_people(request: AccountRequest, pk: int) -> HttpResponse:
    """List by name who is registered, with the state of each seat."""
    if not may_list_people(request.user):
        raise PermissionDenied
    event = get_object_or_404(EventPage, pk=pk)
    places = places_of(event, Session.objects.of([event]))
    people = event.registrations.active().remembered().prefetch_related("seats__session")
    context = {
        "event": event,
        "state": state_in_back_office(event, places),
        "places": places,
        "people": [(one.name, seats_in(places, one)) for one in people.order_by("name_key", "pk")],
    }
    return private(render(request, "events/admin/people.html", context))


def seats_in(places: Iterable[Places], registration: Registration) -> list[Any]:
    """Return the seat in each session, in their order, or None."""
    seats = {seat.session_id: seat for seat in registration.seats.all()}
    return [seats.get(place.session.pk) for place in places]
