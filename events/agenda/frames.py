"""Events, recaps and the agenda in a frame of a partner's site (home.pages.frames)."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone

from events.agenda.listing import read_events, rows_of
from events.models import EventIndexPage, EventPage, RecapPage
from home.access import visible_to
from home.pages.frames import article_content, content_of, template_of
from home.prefetch.facts import facts_of

#: Events of an agenda in a frame.
SHOWN = 8


@template_of.register
def _(page: RecapPage) -> str:
    return "home/frames/article.html"


content_of.register(RecapPage, article_content)


@template_of.register
def _(page: EventPage) -> str:
    return "events/frames/event.html"


@content_of.register
def event_content(page: EventPage, request: HttpRequest) -> dict[str, Any]:
    return {"row": rows_of([page], timezone.now())[0]}


@template_of.register
def _(page: EventIndexPage) -> str:
    return "events/frames/agenda.html"


@content_of.register
def agenda_content(page: EventIndexPage, request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    public = visible_to(AnonymousUser(), EventPage.objects.dated()).upcoming(now)
    events = read_events(public.values_list("pk", flat=True)[:SHOWN], facts_of(request))
    return {"rows": rows_of(events, now)}
