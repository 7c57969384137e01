"""Sign-in sheets and badges as PDF/UA-1. No address and no answer is printed."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from events.agenda.labels import when
from events.models import EventPage, Question, Registration, Session, SignInSheet
from events.models.dates import local
from events.sheets.numbers import lines_of
from events.sheets.tables import WorkshopTable
from home.french import count_of, hour, hour_range, long_date
from home.pdf.leaflets import Letterhead, readable, typeset

COLUMNS = ("N°", "Nom", "Structure", "Signature")


def sign_in_sheet(sheet: SignInSheet, event: EventPage, letterhead: Letterhead) -> bytes:
    """Return the sheet with its numbers, whatever has changed since. Raise PressFailed if typst fails."""
    lines = lines_of(sheet)
    words = {
        "title": "Feuille d’émargement",
        "facts": facts_of_session(event, sheet.session),
        "columns": COLUMNS,
        "rows": [
            {"number": str(line.number), "name": line.name, "structure": line.structure}
            for line in lines
        ],
        "summary": f"{count_of(len(sheet.people), 'personne')} par ordre alphabétique, et des lignes libres",
        "foot": f"{sheet}, imprimée {moment_in_words(sheet.printed_at)}",
    }
    return drawn("sign_in_sheet", words, event, letterhead)


def badges(people: Iterable[Registration], event: EventPage, letterhead: Letterhead) -> bytes:
    """Return a badge for each person, eight on a sheet. Raise PressFailed if typst fails."""
    found = [{"name": one.name, "structure": one.organisation} for one in people]
    words = {
        "title": "Badges",
        "summary": count_of(len(found), "badge"),
        "badges": found,
    }
    return drawn("badges", words, event, letterhead)


def table_sheets(
    tables: Iterable[WorkshopTable], question: Question, event: EventPage, letterhead: Letterhead
) -> bytes:
    """Return a sheet for each table: names, structures and needs. Raise PressFailed if typst fails."""
    found = [
        {
            "title": f"Table {one.number}",
            "summary": f"{count_of(len(one.guests), 'personne')}, {count_of(one.structures, 'structure')}",
            "people": [asdict(guest) for guest in one.guests],
        }
        for one in tables
    ]
    words = {
        "title": "Tables",
        "facts": [when(event), *([event.location] if event.location else [])],
        "columns": ("Personne", question.label),
        "silent": "n’a rien écrit",
        "summary": count_of(len(found), "table"),
        "tables": found,
        "foot": "Cette feuille porte ce que des personnes ont écrit\u00a0: reprenez-la à la fin.",
    }
    return drawn("table_sheets", words, event, letterhead)


def facts_of_session(event: EventPage, session: Session) -> list[str]:
    """Return what the head of a sheet says: session, date and hours, place."""
    facts = [] if session.hidden else [f"Session\u00a0: {session.title}"]
    if session.hidden or session.starts_at is None or event.all_day:
        facts.append(when(event))
    else:
        day = long_date(local(session.starts_at))
        facts.append(f"Le {day}, {hour_range(session.starts_at, session.ends_at)}")
    return [*facts, *([event.location] if event.location else [])]


def moment_in_words(moment: Any) -> str:
    """Return « le 3 décembre 2026 à 8h12 »."""
    here = local(moment)
    return f"le {long_date(here, weekday=False)} à {hour(here)}"


def drawn(template: str, words: dict[str, Any], event: EventPage, letterhead: Letterhead) -> bytes:
    told = words | {"event": event.title, "name": letterhead.name}
    return typeset(template, json.dumps(readable(told) | {"links": letterhead.links}))
