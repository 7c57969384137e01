"""iCalendar views: one event, the public agenda, and a member's secret feed."""

import hashlib
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from events.calendar.entries import event_entry, organizer, registration_entry
from events.calendar.ical import CalendarEntry, calendar_of
from events.models import CalendarSubscription, EventIndexPage, EventPage, Registration
from events.models.registration import hash_token
from home.access import Account, Visitor, is_member, visible_to
from home.french.names import name_key
from home.prefetch.parts import parts_of
from home.responses import private
from home.secret_links import secret_link


def event_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve one event as an .ics file, with the same access rules as its page."""
    events = EventPage.objects.dated().filter(slug=slug)
    event = visible_to(request.user, events).first()
    if event is None:
        raise Http404
    response = answer(request, [event_entry(event)], is_private=request.user.is_authenticated)
    response["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return response


def agenda_calendar(request: HttpRequest) -> HttpResponse:
    """Serve the public agenda as a feed. It never contains events reserved for members."""
    return agenda(request, AnonymousUser(), {}, is_private=request.user.is_authenticated)


@secret_link
@require_safe
def member_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Serve every event that the owner of this secret link may see, with the hours of the seats they have.

    404 once the link is closed or replaced, or its owner is no longer a member.
    """
    subscriptions = CalendarSubscription.objects.select_related("user")
    found = subscriptions.filter(token_hash=hash_token(token)).first()
    if found is None or not is_member(found.user):
        raise Http404
    return agenda(request, found.user, entries_of(found.user), is_private=True)


@require_POST
def member_calendar_address(request: HttpRequest) -> HttpResponse:
    """Open the member's secret feed, replace its link, or close it (`fermer`). 403 for anyone but a member."""
    owner = request.user.pk
    if owner is None or not is_member(request.user):
        raise PermissionDenied
    if "fermer" in request.POST:
        CalendarSubscription.objects.filter(user_id=owner).delete()
    else:
        CalendarSubscription.open_for(owner, at=timezone.now())
    address = parts_of(request).url("membres", "own_registrations") or "/"
    return redirect(f"{address}#agenda-personnel")


def entries_of(user: Account) -> dict[int, CalendarEntry]:
    """Return, by event, the entries of the account's own seats: with the UID of the file that their e-mail brought."""
    mine = Registration.objects.active().of_person(user).filter(event__starts_at__isnull=False)
    own_name = {"", name_key(user.get_full_name())}
    return {
        one.event_id: registration_entry(one)
        for one in mine.with_seats()
        if one.name_key in own_name and not one.only_waits
    }


def agenda(
    request: HttpRequest, user: Visitor, own: dict[int, CalendarEntry], *, is_private: bool
) -> HttpResponse:
    page = EventIndexPage.objects.live().first()
    if page is None:
        raise Http404
    events = visible_to(user, EventPage.objects.dated()).order_by("starts_at")
    entries = [own.get(event.pk) or event_entry(event) for event in events]
    name = f"{page.title} – {organizer().name}"
    return answer(request, entries, name=name, is_private=is_private)


def answer(
    request: HttpRequest, entries: Iterable[CalendarEntry], *, is_private: bool, name: str = ""
) -> HttpResponse:
    """Return the calendar, not as a file to save: a program that subscribes reads it where it stands."""
    content = calendar_of(entries, organizer(), name=name)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    if is_private:
        private(response)
    else:
        patch_cache_control(response, public=True, max_age=900)
    return get_conditional_response(request, etag=etag, response=response) or response
