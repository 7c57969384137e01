"""French labels for an event's date and state, used by pages and e-mails."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.agenda.availability import Availability, Places
from events.models import EventChange, EventPage, Session
from events.models.dates import local
from home.french import date_range, hour_range
from home.french.dates import MONTHS, Span

UNDATED = "Date à venir"


@dataclass(frozen=True)
class State:
    """Short label of an event's state; `kind` selects its icon."""

    kind: str
    label: str


@dataclass(frozen=True)
class Difference:
    """One fact that a publication changed, in words: label (« Quand »), old value, new value."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class DateFigure:
    """A date for a poster: the days in large figures, then the months in words."""

    days: str
    months: str
    is_range: bool = False


STATES = {
    Availability.CANCELLED: State("cancelled", "Annulé"),
    Availability.POSTPONED: State("postponed", "Reporté"),
    Availability.UNDATED: State("soon", UNDATED),
    Availability.PAST: State("past", "Passé"),
    Availability.NONE: State("open", "Sans inscription"),
    Availability.NOT_YET: State("soon", "Inscriptions à venir"),
    Availability.CLOSED: State("closed", "Inscriptions closes"),
    Availability.OUTSIDE: State("outside", "Inscription sur un autre site"),
    Availability.FULL: State("full", "Complet"),
    Availability.MEMBERS_ONLY: State("members", "Réservé aux membres"),
    Availability.WAITING: State("waiting", "Complet – liste d’attente"),
    Availability.OPEN: State("open", "Inscriptions ouvertes"),
}
LAST_PLACES = State("last", "Dernières places")
FOR_MEMBERS = STATES[Availability.MEMBERS_ONLY]


def states_of(event: EventPage, face: Availability, places: list[Places]) -> list[State]:
    """Return the states shown on the event's card: its availability, then « Réservé aux membres » if it applies."""
    first = STATES[face]
    if face is Availability.MEMBERS_ONLY and places and all(place.is_full for place in places):
        first = STATES[Availability.WAITING]
    if face is Availability.OPEN and len(places) == 1 and places[0].is_nearly_full:
        first = LAST_PLACES
    return [first, FOR_MEMBERS] if event.is_for_members and first != FOR_MEMBERS else [first]


def state_in_back_office(event: EventPage, places: list[Places]) -> State | None:
    """Return what staff must see at first sight: « Annulé », « Reporté » or « Complet »; None for an ordinary event."""
    if event.is_cancelled:
        return STATES[Availability.CANCELLED]
    if event.is_postponed:
        return STATES[Availability.POSTPONED]
    return STATES[Availability.FULL] if all(place.is_full for place in places) else None


def span_of(event: EventPage) -> Span | None:
    if event.starts_at is None:
        return None
    return Span.announced(event.starts_at, event.announced_end, all_day=event.all_day)


def when(event: EventPage) -> str:
    """Return the date in words: « Le jeudi 28 avril 2022, de 14h à 17h ». That of a postponed event is to come."""
    span = None if event.is_postponed else span_of(event)
    if span is None:
        return UNDATED
    return in_words(span)


def differences(change: EventChange) -> list[Difference]:
    """Return what changed, in words: date, place, then sessions with other hours, then the video conference."""
    before, after = change.before, change.after
    pairs = [
        ("Quand", told_when(before), told_when(after)),
        ("Où", before["place"] or "à préciser", after["place"] or "à préciser"),
        *(
            (after["title"], hours_told(before), hours_told(after))
            for before, after in change.moved_sessions.values()
        ),
    ]
    found = [Difference(what, old, new) for what, old, new in pairs if old != new]
    if change.concerns_seats:  # the address itself is only for people with a seat
        found.append(Difference("Visioconférence", "ancienne adresse", "nouvelle adresse"))
    return found


def told_when(facts: dict[str, Any]) -> str:
    if facts["status"] == EventPage.Status.CANCELLED:
        return "Annulé"
    if facts["status"] == EventPage.Status.POSTPONED:
        return "Reporté, nouvelle date à venir"
    if facts["starts_at"] is None:
        return UNDATED
    end = facts["announced_end"] and datetime.fromisoformat(facts["announced_end"])
    start = datetime.fromisoformat(facts["starts_at"])
    return in_words(Span.announced(start, end, all_day=facts["all_day"]))


def hours_told(session: dict[str, Any]) -> str:
    if session["starts_at"] is None:
        return UNDATED
    end = session["ends_at"] and datetime.fromisoformat(session["ends_at"])
    start = datetime.fromisoformat(session["starts_at"])
    return in_words(Span.announced(start, end, all_day=False))


def session_told(session: Session) -> str:
    """Return a session's title with its day and hours: « Matinée, le jeudi 11 juin 2026, de 9h30 à 12h30 »."""
    if session.starts_at is None:
        return session.title
    told = in_words(Span.announced(session.starts_at, session.ends_at, all_day=False))
    return f"{session.title}, {told[:1].lower()}{told[1:]}"


def session_within(session: Session, event: EventPage) -> str:
    """Return a session's title and hours beside the event's date, and its day where the event has several."""
    if session.starts_at is None:
        return session.title
    several = event.starts_at and local(event.starts_at).date() != local(event.ends_at).date()
    if several:
        return session_told(session)
    return f"{session.title}, {hour_range(session.starts_at, session.ends_at)}"


def in_words(span: Span) -> str:
    return date_range(span.start, span.end, all_day=span.all_day, end_given=span.end_given)


def when_within(event: EventPage) -> str:
    """Return the date as `when` does, for use inside a sentence, such as an e-mail's subject."""
    text = when(event)
    return text[:1].lower() + text[1:]


def date_figure(event: EventPage) -> DateFigure | None:
    """Return the date as a figure, or None without a date.

    Days and months read « 28 » and « avril 2022 », « 25–28 » and « mars 2024 », « 30–2 » and
    « septembre – octobre 2024 ».
    """
    span = span_of(event)
    if span is None:
        return None
    first, last = span.first_day, span.last_day
    if first == last:
        return DateFigure(str(first.day), f"{MONTHS[first.month - 1]} {first.year}")
    months = f"{MONTHS[last.month - 1]} {last.year}"
    if first.year != last.year:
        months = f"{MONTHS[first.month - 1]} {first.year} – {months}"
    elif first.month != last.month:
        months = f"{MONTHS[first.month - 1]} – {months}"
    return DateFigure(f"{first.day}–{last.day}", months, is_range=True)
