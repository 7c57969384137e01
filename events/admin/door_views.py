"""The screen of an event's door: its link, how to hand it on, and what closes it."""

import re

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.admin.people import may_list_people, people_url
from events.admin.registration_views import list_of
from events.check_in.doors import close_door, open_door
from events.check_in.records import Tap, record_check_in, undo_check_in
from events.models import Door, EventPage, Seat
from events.models.enums import CheckInSource
from events.registration.door_codes import qr_picture
from events.registration.refusals import Refusal
from home.access import AccountRequest
from home.responses import private

#: A primary key; the database rejects much larger integers.
KEY = re.compile(r"[0-9]{1,15}")


@require_http_methods(["GET", "HEAD", "POST"])
def show_door(request: AccountRequest, pk: int) -> HttpResponse:
    """Show the link, if there is one; POST makes a new one in its place, or closes it (`fermer`)."""
    if not may_list_people(request.user):
        raise PermissionDenied
    event = get_object_or_404(EventPage, pk=pk)
    if request.method == "POST":
        change_door(request, event)
        return redirect("events_door", pk)
    door = Door.objects.select_related("event", "opened_by").filter(event=event).first()
    now = timezone.now()
    address = request.build_absolute_uri(door.address) if door else ""
    context = {
        "event": event,
        "door": door,
        "address": address,
        "picture": qr_picture(address) if door else "",
        "is_open": bool(door and door.is_open(now)),
        "is_over": event.starts_at is not None and Door(event=event).closes_at <= now,
        "people_url": people_url(request.user, event),
        "is_safe": request.is_secure() or request.get_host().split(":")[0] == "localhost",
    }
    return private(render(request, "events/admin/door.html", context))


def change_door(request: AccountRequest, event: EventPage) -> None:
    if "fermer" in request.POST:
        close_door(event=event)
        messages.success(request, "L’accueil est fermé\u00a0: son lien ne marche plus.")
    elif event.starts_at is None or Door(event=event).closes_at <= timezone.now():
        messages.error(request, "L’accueil s’ouvre pour un événement à venir ou du jour même.")
    else:
        open_door(event=event, by=request.user, now=timezone.now())
        messages.success(request, "Le lien de l’accueil est prêt.")


def tick_on_list(request: AccountRequest, pk: int) -> HttpResponse:
    """Note the person of a seat present, or take it back (`annuler`), and return to the list."""
    if not request.user.has_perm("events.change_registration"):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    event = get_object_or_404(EventPage, pk=pk)
    name = "annuler" if "annuler" in request.POST else "pointer"
    key = request.POST.get(name, "")
    seats = Seat.objects.select_related("registration", "session")
    found = seats.filter(session__event=event)
    seat = get_object_or_404(found, pk=int(key) if KEY.fullmatch(key) else 0)
    now = timezone.now()
    tap = Tap(now, CheckInSource.LIST, by=request.user)
    verb = undo_check_in if name == "annuler" else record_check_in
    try:
        verb(registration=seat.registration, session=seat.session, tap=tap, now=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        done = "Présence annulée" if name == "annuler" else "Présence notée"
        messages.success(request, f"{done}\u00a0: {seat.registration.name}, {seat.session}.")
    return redirect(list_of(event))
