"""Content of an event's PDF leaflet, a printed invitation on one sheet."""

from collections.abc import Iterator
from datetime import datetime, time
from itertools import groupby
from typing import Any

from events.agenda.availability import INVITING, Availability, availability_by_date
from events.agenda.labels import STATES, date_figure, when
from events.models import EventPage, Session
from events.models.dates import local
from home.french import hour_range, long_date
from home.pdf.leaflets import Chapter, Figure, Leaflet, LeafletSpeaker, Part, leaflet_of

#: Status printed in large type, for an event that is not simply upcoming.
SAID_OF = {
    Availability.CANCELLED: "Événement annulé",
    Availability.POSTPONED: "Reporté, nouvelle date à venir",
    Availability.PAST: "Événement passé",
}
INVITES = (*INVITING, Availability.NOT_YET)


@leaflet_of.register
def event_leaflet(event: EventPage, now: datetime) -> Leaflet:
    """Build the leaflet from the published page. The video conference's address is never printed."""
    face, date = availability_by_date(event, now), date_figure(event)
    return Leaflet(
        title=event.title,
        kicker="Invitation réservée aux membres" if event.is_for_members else "Invitation",
        status=SAID_OF.get(face, ""),
        figure=Figure(date.days, date.months, date.is_range) if date else None,
        facts=list(facts_of(event)),
        lead=event.plain_lead,
        programme=list(programme_of(event)),
        speakers=[speaker_of(block.value) for block in event.speakers],
        call="S’inscrire et en savoir plus" if face in INVITES else "En savoir plus",
        deadline=deadline_of(event, face),
    )


def facts_of(event: EventPage) -> Iterator[tuple[str, list[str]]]:
    yield "Quand", [when(event)]
    if event.place:
        street = "" if event.mode == EventPage.Mode.ONLINE else event.street_and_town
        more = street if event.venue_street or event.venue_postcode else ""
        yield "Où", [line for line in (event.place, more) if line]
    for name, text in (("Prix", event.price), ("Repas", event.meal_note)):
        if text:
            yield name, [text[:1].upper() + text[1:]]


def deadline_of(event: EventPage, face: Availability) -> str:
    if face is Availability.CLOSED:
        return STATES[face].label
    if face not in INVITES or event.registration_deadline is None:
        return ""
    return f"Inscription jusqu’au {long_date(event.registration_deadline)} inclus"


def programme_of(event: EventPage) -> Iterator[Chapter]:
    """Return the programme blocks of the body or, without any, one chapter of sessions per day."""
    told = [block.value for block in event.body if block.block_type == "programme"]
    for value in told:
        yield Chapter(value["title"] or "", [part_of_block(item) for item in value["sessions"]])
    if told:
        return
    days = [(day, list(rows)) for day, rows in groupby(event.sessions.all(), day_of)]
    for day, sessions in days:
        yield Chapter(day if len(days) > 1 else "", [part_of(session) for session in sessions])


def day_of(session: Session) -> str:
    if session.starts_at is None:
        return ""
    day = long_date(local(session.starts_at))
    return day[:1].upper() + day[1:]


def part_of(session: Session) -> Part:
    hours = hour_range(session.starts_at, session.ends_at) if session.starts_at else ""
    return Part(session.title, hours, with_whom(session.speakers))


def part_of_block(item: Any) -> Part:
    start, end = item["start"], item["end"]
    hours = "–".join(clock(moment) for moment in (start, end) if moment) if start else ""
    return Part(item["title"], hours, with_whom(item["speakers"] or ""))


def clock(moment: time) -> str:
    """Format a time: `9h30`, `14h`."""
    return f"{moment.hour}h{moment.minute:02}" if moment.minute else f"{moment.hour}h"


def with_whom(names: str) -> str:
    return f"Avec {names}" if names else ""


def speaker_of(value: Any) -> LeafletSpeaker:
    known = (value["role"], value["organisation"])
    return LeafletSpeaker(value["name"], ", ".join(part for part in known if part))
