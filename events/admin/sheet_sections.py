"""Sections of paper on the screen « Le jour même »."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from events.admin.sheet_forms import SheetPhotosForm
from events.agenda.availability import places_of
from events.models import EventPage, Session, SignInSheet
from events.sheets.absences import has_begun
from home.access import Account
from home.models import SiteSettings

UNWRITTEN = UUID(int=0)


def sheet_section(event: EventPage, user: Account, now: datetime) -> Mapping[str, Any]:
    """List the sessions, each with its printed sheets, latest first."""
    places = places_of(event, Session.objects.of([event]))
    printed: dict[int, list[tuple[SignInSheet, bool]]] = {}
    for sheet in SignInSheet.objects.filter(session__event=event).select_related("session"):
        printed.setdefault(sheet.session_id, []).append((sheet, has_begun(sheet, event, now)))
    return {
        "event": event,
        "sessions": [
            (place, key_of(place.session), printed.get(place.session.pk, [])) for place in places
        ],
        "has_sessions": len(places) > 1 or not places[0].session.hidden,
    }


def key_of(session: Session) -> UUID:
    """Return what names a session in an address: the one of an event without sessions is not written at first."""
    return session.uuid if session.pk else UNWRITTEN


def photo_section(event: EventPage, user: Account, now: datetime) -> Mapping[str, Any] | None:
    """List the photos of signed sheets to those who read all of the registrations."""
    if not user.has_perm("events.view_registration"):
        return None
    return {
        "event": event,
        "photos": list(event.sheet_photos.select_related("added_by")),
        "form": SheetPhotosForm(),
        "years": SiteSettings.of_network().sheets_kept_years,
        "may_change": user.has_perm("events.change_registration"),
    }
