"""desk 20: each fault of an event has an event that trips it and a like one that does not."""

import json
from datetime import timedelta
from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from events.models import EventPage
from events.models.event import EventAttachment
from home.editor.content_checks import Fault, Remark
from tests.builders import (
    NOW,
    make_document,
    make_event,
    make_hidden_session,
    make_private_collection,
    make_registration,
    make_session,
)
from tests.home.editor.test_faults import COMMON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DAY = NOW + timedelta(days=10)
HOUR = timedelta(hours=1)


def found(event: EventPage) -> set[Fault]:
    return {remark.fault for remark in event.remarks()}


def two_sessions(start_of_second: int, **fields: Any) -> EventPage:
    """Make an event of two sessions of an hour and ten places."""
    starts = (DAY, DAY + start_of_second * HOUR)
    sessions = [
        make_session(title=title, starts_at=start, ends_at=start + HOUR, capacity=10, sort_order=n)
        for n, (title, start) in enumerate(zip(("Un", "Deux"), starts, strict=True))
    ]
    return make_event(announced_end=DAY + 4 * HOUR, sessions=sessions, **fields)


def booked(capacity: int | None) -> EventPage:
    """Make an event with two people, and this number of places in its draft."""
    event = make_event()
    session = make_hidden_session(event)
    for _each in range(2):
        make_registration(event, session)
    event.capacity = capacity
    return event


def booked_session(capacity: int) -> EventPage:
    event = two_sessions(2)
    for _each in range(2):
        make_registration(event, event.sessions.first())
    sessions = list(event.sessions.all())
    sessions[0].capacity = capacity
    event.sessions = sessions
    return event


def told(text: str) -> EventPage:
    body = json.dumps([{"type": "paragraph", "value": f"<p>{text}</p>"}])
    return make_event(body=body, registration_deadline=(DAY - timedelta(days=7)).date())


def for_members(*, closed: bool) -> EventPage:
    event = make_event(registration_audience="members")
    if closed:
        PageViewRestriction.objects.create(page=event, restriction_type="login")
    return event


def attached(**fields: Any) -> EventPage:
    event = make_event()
    event.attachments = [EventAttachment(document=make_document(**fields))]
    return event


FAULTS: list[tuple[Fault, Any, Any]] = [
    (Fault.NO_DATE, lambda: make_event(starts_at=None), make_event),
    (Fault.PAST, lambda: make_event(starts_at=NOW - 30 * HOUR, first_published_at=None), lambda: make_event(first_published_at=None)),
    (Fault.DATES, lambda: make_event(announced_end=DAY - HOUR), make_event),
    (Fault.DATES, lambda: make_event(registration_deadline=(DAY + 24 * HOUR).date()), lambda: make_event(registration_deadline=DAY.date())),
    (Fault.DATES, lambda: make_event(registration_opens_at=DAY + HOUR), lambda: make_event(registration_opens_at=NOW)),
    (Fault.DATES, lambda: two_sessions(40), lambda: two_sessions(2)),
    (Fault.OVERLAP, lambda: two_sessions(0), lambda: two_sessions(1)),
    (Fault.OVERBOOKED, lambda: booked(1), lambda: booked(2)),
    (Fault.OVERBOOKED, lambda: booked_session(1), lambda: booked_session(2)),
    (Fault.OVERBOOKED, lambda: booked(1), lambda: booked(None)),
    (Fault.FEWER_PLACES, lambda: two_sessions(2, capacity=30), lambda: two_sessions(2, capacity=20)),
    (Fault.OTHER_DATES, lambda: told("Rendez-vous le 28 avril 2022."), lambda: told("Rendez-vous le 11 juin, inscription avant le 4 juin 2026.")),
    (Fault.ONLINE, lambda: make_event(mode="online"), lambda: make_event(mode="online", online_url="https://example.org/")),
    (Fault.PLACE, lambda: make_event(venue_town=""), make_event),
    (Fault.OPEN_TO_ALL, lambda: for_members(closed=False), lambda: for_members(closed=True)),
    (Fault.PRIVATE_FILE, lambda: attached(collection=make_private_collection()), attached),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "tripping", "clean"), FAULTS)
def test_a_fault_of_an_event_is_found_where_it_is_and_nowhere_else(fault, tripping, clean):
    assert fault in found(tripping())
    assert fault not in found(clean())


def test_every_fault_is_in_one_of_the_two_tables():
    assert set(Fault) == set(COMMON) | {fault for fault, _tripping, _clean in FAULTS}


def test_the_words_say_which_and_the_place_where():
    remark = next(one for one in booked(1).remarks() if one.fault is Fault.OVERBOOKED)

    assert remark == Remark(Fault.OVERBOOKED, "2 confirmés pour 1\u00a0place")
    assert remark.place == "capacity"
