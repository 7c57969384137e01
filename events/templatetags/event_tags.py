"""Template tags and filters of events."""

from datetime import datetime
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from events.agenda import labels
from events.agenda.listing import read_events, rows_of
from events.models import CalendarSubscription, EventPage, Registration
from events.registration.summary import RegistrationSummary, summaries_of
from home.access import Account, visible_to
from home.french.names import name_key
from home.prefetch.facts import facts_of

register = template.Library()


register.filter("session_told", labels.session_told)
register.filter("session_within", labels.session_within)


@register.filter
def figure(event: EventPage) -> labels.DateFigure | None:
    """Return the date as large figures for a poster."""
    return labels.date_figure(event)


@register.filter
def when_within(event: EventPage) -> str:
    """Return the date for use inside a sentence: « le jeudi 28 avril 2022, de 14h à 17h »."""
    return labels.when_within(event)


@register.filter
def is_of(registration: Registration, user: Account) -> bool:
    """Whether the registration has the account's name, if it has one: it may also have registered somebody else."""
    return name_key(user.get_full_name()) in ("", registration.name_key)


@register.inclusion_tag("events/components/next_event.html", takes_context=True)
def next_event(context: Context) -> dict[str, Any]:
    """Show the next event as a poster: the soonest planned one that this visitor may see."""
    now = timezone.now()
    planned = EventPage.objects.dated().filter(status=EventPage.Status.PLANNED)
    user, facts = context["request"].user, facts_of(context["request"])
    keys = visible_to(user, planned).upcoming(now).values_list("pk", flat=True)[:1]
    rows = rows_of(read_events(keys, facts), now)
    mine = rows[0].event.registrations.active() if rows and user.is_authenticated else None
    return {
        "row": rows[0] if rows else None,
        "is_registered": mine is not None and mine.of_person(user).exists(),
    }


@register.inclusion_tag("events/components/my_registrations.html", takes_context=True)
def my_registrations(context: Context) -> dict[str, Any]:
    """List the visitor's registrations, upcoming events first. Empty if not logged in."""
    user, now = context["request"].user, timezone.now()
    mine = sheets_of_person(user, now) if user.is_authenticated else []
    coming = [one for one in reversed(mine) if not one.is_over]
    past = [one for one in mine if one.is_over]
    return {"groups": [("À venir", coming), ("Passés", past)], "any": bool(mine)}


@register.inclusion_tag("events/components/my_calendar.html", takes_context=True)
def my_calendar(context: Context) -> dict[str, Any]:
    """Show the address of the visitor's secret feed, with buttons to open, replace or close it."""
    mine = CalendarSubscription.objects.filter(user_id=context["request"].user.pk).first()
    return subscribed(context["request"], mine.address) if mine else {}


@register.inclusion_tag("events/components/subscription.html", takes_context=True)
def agenda_subscription(context: Context) -> dict[str, str]:
    """Say how to subscribe to the public agenda."""
    return subscribed(context["request"], reverse("agenda_calendar"))


def subscribed(request: HttpRequest, path: str) -> dict[str, str]:
    """Return a feed's absolute address, and the one that opens the visitor's calendar program (webcal)."""
    address = request.build_absolute_uri(path)
    return {"address": address, "webcal": f"webcal://{address.partition('://')[2]}"}


def sheets_of_person(user: Account, now: datetime) -> list[RegistrationSummary]:
    """Return the person's registrations, latest event first."""
    mine = Registration.objects.active().of_person(user).with_seats().order_by("-event__starts_at")
    return summaries_of(list(mine), now)
