"""Structured data (schema.org, JSON-LD) for events and recaps."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from events.agenda.availability import Availability, closes_at
from events.calendar.entries import known_end
from events.models import EventPage, RecapPage
from events.models.dates import local
from home.access import may_enter
from home.media.image_sizes import shared_rendition
from home.pages.schema_org import news_article, organisation, root_address, statement_of
from home.theme.share_images import share_image_for

STATUS = {
    EventPage.Status.PLANNED: "EventScheduled",
    EventPage.Status.POSTPONED: "EventPostponed",
    EventPage.Status.CANCELLED: "EventCancelled",
}
ATTENDANCE = {
    EventPage.Mode.ONSITE: "OfflineEventAttendanceMode",
    EventPage.Mode.ONLINE: "OnlineEventAttendanceMode",
    EventPage.Mode.HYBRID: "MixedEventAttendanceMode",
}

#: schema.org's ItemAvailability of the states in which an event is on offer; unknown on somebody else's form.
AVAILABILITY: dict[str, str] = {
    Availability.OPEN: "InStock",
    Availability.WAITING: "SoldOut",
    Availability.FULL: "SoldOut",
    Availability.NOT_YET: "PreOrder",
    Availability.OUTSIDE: "",
}
FREE = {"gratuit", "gratuite", "entrée libre"}


@statement_of.register
def event_for_search(event: EventPage, request: HttpRequest) -> dict[str, Any]:
    """Return the structured data of an event's page."""
    image = event.search_image or event.main_image
    shared = shared_rendition(image) if image else None
    return event_data(
        event,
        url=event.get_full_url(request) or "",
        organizer=organisation(request),
        image=shared.full_url if shared else drawn_image(event, request),
    )


def drawn_image(event: EventPage, request: HttpRequest) -> str:
    drawn = share_image_for(event, request)
    is_own = drawn is not None and drawn.page_id == event.pk
    return urljoin(root_address(request), drawn.file.url) if drawn and is_own else ""


@statement_of.register
def recap_for_search(recap: RecapPage, request: HttpRequest) -> dict[str, Any]:
    """Return the structured data of a recap: an article, about its event if the event is public."""
    event = recap.told_event
    article = news_article(recap, request)
    if event is None or (request.user.is_authenticated and not may_enter(AnonymousUser(), event)):
        return article
    return article | {"about": event_for_search(event, request)}


def event_data(
    event: EventPage, *, url: str, organizer: dict[str, Any], image: str = ""
) -> dict[str, Any]:
    """Return the schema.org `Event`, with dates in Paris time and their offset.

    A cancelled event keeps its date; a rescheduled one also lists its previous dates.
    """
    status = "EventRescheduled" if event.is_moved else STATUS[EventPage.Status(event.status)]
    data = {
        "@type": "Event",
        "name": event.title,
        "url": url,
        "description": event.description,
        "startDate": written(event.starts_at, all_day=event.all_day),
        "endDate": end_date(event),
        "previousStartDate": [written(block.value) for block in event.previous_dates],
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": f"https://schema.org/{ATTENDANCE[EventPage.Mode(event.mode)]}",
        "location": location(event, url),
        "image": image,
        "organizer": organizer,
        "offers": offers(event, url),
    }
    return {name: value for name, value in data.items() if value not in ("", None, [])}


def written(moment: datetime | None, *, all_day: bool = False) -> str | None:
    if moment is None:
        return None
    return local(moment).date().isoformat() if all_day else local(moment).isoformat()


def end_date(event: EventPage) -> str | None:
    if event.all_day and event.starts_at:
        last = max(event.starts_at, event.announced_end or event.starts_at)
        return written(last, all_day=True)
    return written(known_end(event))


def location(event: EventPage, url: str) -> Any:
    # The page's URL and not the room's: structured data is public.
    online = {"@type": "VirtualLocation", "url": url}
    if event.mode == EventPage.Mode.ONLINE:
        return online
    parts = {
        "streetAddress": event.venue_street,
        "postalCode": event.venue_postcode,
        "addressLocality": event.venue_town,
        "addressCountry": "FR",
    }
    place = {
        "@type": "Place",
        "name": event.venue_name or event.venue_town or "Lieu à préciser",
        "address": {"@type": "PostalAddress"}
        | {name: value for name, value in parts.items() if value},
    }
    return [place, online] if event.mode == EventPage.Mode.HYBRID else place


def offers(event: EventPage, url: str) -> dict[str, Any] | None:
    """Return the schema.org `Offer`, or None where nobody can register now or later.

    Only an event that says that it is free has a price: the field is free text, and other amounts cannot be read from it.
    """
    availability = AVAILABILITY.get(event.shown_availability)
    if availability is None:
        return None
    is_outside = event.registration_form == EventPage.RegistrationForm.OUTSIDE
    offer = {
        "@type": "Offer",
        "url": event.outside_form_url if is_outside else f"{url}#inscription",
        "availability": availability and f"https://schema.org/{availability}",
        "validFrom": written(event.registration_opens_at),
        "availabilityEnds": written(closes_at(event)),
    }
    if event.price.strip().lower() in FREE:
        offer |= {"price": "0", "priceCurrency": "EUR"}
    return {name: value for name, value in offer.items() if value}
