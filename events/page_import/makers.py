"""Makers of event and recap pages for the page import."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from events.models import EventAttachment, EventIndexPage, EventPage, RecapPage, Session
from events.page_import.programme import SessionSpec, weave_practical, weave_programme
from home.french.typed_dates import Unreadable, in_paris
from home.models import BasePage, NewsIndexPage
from home.page_import.makers import Finder, Maker
from home.page_import.page_file import PageFile
from home.page_import.refusal import ImportRefusal
from home.page_import.yaml_table import PARIS, Table

Moment = date | datetime


@dataclass
class EventFacts:
    """Validated header of an event's file."""

    fields: dict[str, Any]
    sessions: list[SessionSpec] = field(default_factory=list)
    previous: str = ""


class EventMaker(Maker):
    model = EventPage
    parent = EventIndexPage
    keys = (
        "start",
        "end",
        "all_day",
        "venue",
        "registration",
        "mode",
        "online_url",
        "price",
        "registration_url",
        "sessions",
        "meal_note",
        "previous",
    )
    needs = {"previous": EventPage}

    def read(self, file: PageFile) -> None:
        header = file.header
        when = read_when(header)
        facts = EventFacts(when | read_where(header) | read_registration(file, when))
        facts.sessions = [read_session(row, when) for row in header.tables("sessions")]
        facts.previous = header.text("previous")
        if facts.previous == file.slug:
            raise header.refuse("previous", "an event is not its own previous edition")
        file.facts = facts
        super().read(file)
        file.blocks = weave_practical(file.blocks, facts.fields)
        file.blocks = weave_programme(file.blocks, facts.sessions)

    def place_speakers(self, file: PageFile) -> None:
        file.facts.fields["speakers"] = [
            {"type": "speaker", "value": vars(speaker)} for speaker in file.speakers
        ]

    def place_documents(self, file: PageFile) -> None:
        """Leave documents that the body does not place: they become the event's attachments."""

    def fill(self, page: BasePage, file: PageFile, keys: dict[str, int], find: Finder) -> None:
        super().fill(page, file, keys, find)
        for name, value in file.facts.fields.items():
            setattr(page, name, value)
        page.previous_edition = (
            find(EventPage, file.facts.previous) if file.facts.previous else None
        )
        placed = file.placed_documents()
        page.attachments.set(
            [
                EventAttachment(document_id=keys[spec.ref.name])
                for spec in file.documents
                if spec.ref.name not in placed
            ]
        )
        set_sessions(page, file.facts.sessions)


class RecapMaker(Maker):
    model = RecapPage
    parent = NewsIndexPage
    keys = ("event", "attendance", "previous")
    needs = {"event": EventPage}

    def read(self, file: PageFile) -> None:
        """Read a recap's header. Its `previous` page is listed as related; the previous edition is the event's."""
        super().read(file)
        file.facts = {
            "event": file.header.text("event"),
            "attendance": file.header.number("attendance"),
        }
        previous = file.header.text("previous")
        file.related += [previous] if previous and previous not in file.related else []

    def check(self, file: PageFile, find: Finder) -> None:
        super().check(file, find)
        event = find(EventPage, file.facts["event"])
        recap = RecapPage.objects.filter(event=event).first() if event else None
        if recap and recap.slug != file.slug:
            raise file.header.refuse("event", f"this event has its recap already: {recap.slug}")

    def fill(self, page: BasePage, file: PageFile, keys: dict[str, int], find: Finder) -> None:
        super().fill(page, file, keys, find)
        page.attendance = file.facts["attendance"]
        page.event = find(EventPage, file.facts["event"]) if file.facts["event"] else None


MAKERS: dict[str, Maker] = {"event": EventMaker(), "recap": RecapMaker()}


def read_when(header: Table) -> dict[str, Any]:
    """Return the start and end in Paris time. A start without an hour makes an event of whole days.

    Raise `ImportRefusal` when the start is missing or the end comes before it.
    """
    start, end = header.moment("start"), header.moment("end")
    if start is None:
        raise ImportRefusal(header.line_of("start"), "an event needs start")
    all_day = header.truth("all_day") or not isinstance(start, datetime)
    if end is not None and not all_day and not isinstance(end, datetime):
        # A last day without an hour: until the end of that day, which on the first day is no end at all.
        end = None if end == day_of(start) else end
    if end is not None and not comes_after(start, end, all_day=all_day):
        raise header.refuse("end", "the event ends before it starts")
    return {
        "starts_at": at_hour(start, all_day=all_day),
        "announced_end": end_at(end, all_day=all_day) if end else None,
        "all_day": all_day,
    }


def comes_after(start: Moment, end: Moment, *, all_day: bool) -> bool:
    if all_day or not (isinstance(start, datetime) and isinstance(end, datetime)):
        return day_of(end) >= day_of(start)
    return end > start


def day_of(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def at_hour(moment: Moment, *, all_day: bool) -> datetime:
    if isinstance(moment, datetime) and not all_day:
        return moment
    return datetime.combine(day_of(moment), time.min, tzinfo=PARIS)


def end_at(end: Moment, *, all_day: bool) -> datetime:
    is_last_day = not all_day and not isinstance(end, datetime)
    return at_hour(end + timedelta(days=1) if is_last_day else end, all_day=all_day or is_last_day)


def read_where(header: Table) -> dict[str, Any]:
    venue = header.table("venue")
    venue.allow("name", "street", "postcode", "city")
    online_url = header.address("online_url")
    default = "online" if online_url and not venue.values else "onsite"
    return {
        "mode": header.choice("mode", ("onsite", "online", "hybrid"), default),
        "venue_name": venue.text("name", most=160),
        "venue_street": venue.text("street", most=200),
        "venue_postcode": venue.text("postcode", most=10),
        "venue_town": venue.text("city", most=120),
        "online_url": online_url,
        "price": header.text("price", most=120),
        "meal_note": header.text("meal_note"),
    }


def read_registration(file: PageFile, when: dict[str, Any]) -> dict[str, Any]:
    """Return the registration settings: audience, deadline, capacity and form.

    The site's own form is used only if the file has a `registration` table or a registration button.
    """
    header = file.header
    registration = header.table("registration")
    registration.allow("audience", "deadline", "capacity")
    deadline = registration.day("deadline")
    last = when["announced_end"] or when["starts_at"]
    if deadline and deadline > last.date():
        raise registration.refuse("deadline", "the deadline comes after the event")
    outside = header.address("registration_url")
    called = any(
        block.kind == "call_to_action" and block.value["target"] == "registration"
        for block in file.blocks
    )
    own = "site" if called or header.has("registration") else "none"
    return {
        "registration_audience": registration.choice("audience", ("all", "members"), "all"),
        "registration_deadline": deadline,
        "capacity": registration.number("capacity"),
        "outside_form_url": outside,
        "registration_form": "outside" if outside else own,
    }


def read_session(row: Table, when: dict[str, Any]) -> SessionSpec:
    row.allow("title", "start", "end", "capacity", "text")
    starts_at = session_moment(row, "start", when["starts_at"])
    ends_at = session_moment(row, "end", starts_at or when["starts_at"])
    if starts_at and ends_at and ends_at <= starts_at:
        raise row.refuse("end", "the session ends before it starts")
    if ends_at and not starts_at:
        raise row.refuse("start", "missing: the session has an end")
    return SessionSpec(
        title=row.text("title", required=True, most=160),
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=row.number("capacity"),
        text=row.long_text("text"),
        line=row.line,
    )


def session_moment(row: Table, key: str, day: datetime) -> datetime | None:
    """Return a session's start or end, given as a date and hour or, usually, an hour of the event's day."""
    if "-" in row.text(key):
        moment = row.moment(key)
        if not isinstance(moment, datetime):
            raise row.refuse(key, "an hour is expected")
        return moment
    clock = row.clock(key)
    try:
        return in_paris(day.astimezone(PARIS).date(), clock) if clock else None
    except Unreadable:
        raise row.refuse(key, f"{clock:%H:%M} does not tell one moment of that night") from None


def set_sessions(page: EventPage, specs: list[SessionSpec]) -> None:
    """Set the page's sessions from the header. Existing ones, matched by title, are kept with their seats."""
    known = {session.title: session for session in page.sessions.all()} if page.pk else {}
    sessions = []
    for order, spec in enumerate(specs):
        session = known.get(spec.title) or Session(title=spec.title)
        session.starts_at, session.ends_at = spec.starts_at, spec.ends_at
        session.capacity, session.sort_order = spec.capacity, order
        session.text = spec.html
        sessions.append(session)
    page.sessions.set(sessions)
