"""Remarks to the editor of an event before publishing (`home.editor.content_checks`): one function for each check."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from events.models.dates import local
from events.models.enums import EventAudience, EventMode, FormLocation
from events.models.event_form import dates_problems, session_problems
from events.models.session import Session
from home.access import is_restricted
from home.editor.content_checks import ROWS, Fault, Remark, placed_texts
from home.french import count_of
from home.french.dates_in_text import foreign_dates

#: Days of an event that are looked for in its text.
LONGEST = 60
SESSIONS = f"sessions{ROWS}"
TIMES = ("starts_at", "announced_end", "all_day", "registration_opens_at", "registration_deadline")


def event_remarks(event: Any) -> Iterator[Remark]:
    for check in CHECKS:
        yield from check(event)


def place_remarks(event: Any) -> Iterator[Remark]:
    if not event.location:
        yield Remark(Fault.PLACE, place="venue_name")


def past_remarks(event: Any) -> Iterator[Remark]:
    if event.starts_at and not event.first_published_at and event.is_past(timezone.now()):
        yield Remark(Fault.PAST, place="starts_at")


def dates_remarks(event: Any) -> Iterator[Remark]:
    """Say what the form will refuse of the dates of a draft, those of its sessions included."""
    if not event.starts_at:
        yield Remark(Fault.NO_DATE, place="starts_at")
        return
    times = {name: getattr(event, name) for name in TIMES}
    for place, problem in dates_problems(times):
        yield Remark(Fault.DATES, problem, place)
    for session in event.sessions.all():
        hours = {name: getattr(session, name) for name in ("starts_at", "ends_at", "deadline")}
        for _field, problem in session_problems(hours, times):
            yield Remark(Fault.DATES, f"{session.title}\u00a0: {problem}", SESSIONS)


def overlap_remarks(event: Any) -> Iterator[Remark]:
    timed = [one for one in event.sessions.all() if one.starts_at and one.ends_at]
    for one, other in combinations(sorted(timed, key=lambda session: session.starts_at), 2):
        if other.starts_at < one.ends_at:
            yield Remark(
                Fault.OVERLAP,
                f"«\u00a0{one.title}\u00a0» et «\u00a0{other.title}\u00a0»",
                SESSIONS,
            )


def overbooked_remarks(event: Any) -> Iterator[Remark]:
    """Say where more people are confirmed than the draft has places."""
    if event.pk is None:
        return
    counted = Session.objects.of([event.pk])
    taken = {session.uuid: session.taken for session in counted}
    whole = sum(session.taken for session in counted if session.hidden)
    sessions = list(event.sessions.all())
    # Who registered for the whole event gets a place in each session.
    rows = [
        (one.title, one.capacity or event.capacity, taken.get(one.uuid, 0) + whole)
        for one in sessions
    ]
    for title, places, people in rows or [("", event.capacity, whole)]:
        if places is not None and people > places:
            words = f"{people} confirmés pour {count_of(places, 'place')}"
            yield Remark(
                Fault.OVERBOOKED,
                f"{title}\u00a0: {words}" if title else words,
                SESSIONS if title else "capacity",
            )


def fewer_places_remarks(event: Any) -> Iterator[Remark]:
    places = [session.capacity for session in event.sessions.all()]
    if event.capacity and places and all(places) and sum(places) < event.capacity:
        yield Remark(Fault.FEWER_PLACES, f"{sum(places)} places pour {event.capacity}", "capacity")


def text_remarks(event: Any) -> Iterator[Remark]:
    """Say which dates of the text are none of the event's: a copy keeps those of its original."""
    days = set(own_days_of(event))
    for place, text in placed_texts(event) if days else ():
        for words in dict.fromkeys(found.text for found in foreign_dates(text, days)):
            yield Remark(Fault.OTHER_DATES, words, place)


def own_days_of(event: Any) -> Iterator[date]:
    """Yield the days that the text of an event may say: its own, its deadlines, those planned at first."""
    if not event.starts_at:
        return
    first = local(event.starts_at).date()
    last = local(event.ends_at - timedelta(microseconds=1)).date()
    yield from (first + timedelta(days=n) for n in range(min((last - first).days, LONGEST) + 1))
    sessions = list(event.sessions.all())
    moments = [event.registration_opens_at, event.registration_deadline]
    moments += [one for session in sessions for one in (session.starts_at, session.deadline)]
    moments += [child.value for child in event.previous_dates]
    for moment in filter(None, moments):
        yield local(moment).date() if isinstance(moment, datetime) else moment


def online_remarks(event: Any) -> Iterator[Remark]:
    if event.mode != EventMode.ONSITE and not event.online_url:
        yield Remark(Fault.ONLINE, place="online_url")


def audience_remarks(event: Any) -> Iterator[Remark]:
    taken_here = event.registration_form == FormLocation.SITE
    for_members = event.registration_audience == EventAudience.MEMBERS
    if taken_here and for_members and event.path and not is_restricted(AnonymousUser(), event):
        yield Remark(Fault.OPEN_TO_ALL, place="registration_audience")


CHECKS: tuple[Callable[[Any], Iterator[Remark]], ...] = (
    place_remarks,
    past_remarks,
    dates_remarks,
    overlap_remarks,
    overbooked_remarks,
    fewer_places_remarks,
    text_remarks,
    online_remarks,
    audience_remarks,
)
