"""Sections of paper on the screen « Le jour même »."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from events.admin.sheet_forms import SheetPhotosForm
from events.agenda.availability import places_of
from events.models import EventPage, Question, Session, SignInSheet
from events.sheets.absences import has_begun
from events.sheets.emails import key_of_notice
from events.sheets.meals import day_of_meal, numbers_of
from home.access import Account
from home.models import OutgoingEmail, SiteSettings

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


def meal_section(event: EventPage, user: Account, now: datetime) -> Mapping[str, Any] | None:
    """Say of each meal what the caterer will be told, or was. None without a question about a meal."""
    meals = [one for one in event.questions.all() if one.purpose == Question.Purpose.MEAL]
    if not meals or not user.has_perm("events.view_registration"):
        return None
    notices = {one.question: one for one in event.caterer_notices.filter(day=day_of_meal(event))}
    keys = {key_of_notice(one): one.question for one in notices.values()}
    failed = OutgoingEmail.objects.filter(
        dedup_key__in=keys, state=OutgoingEmail.State.FAILED
    ).values_list("dedup_key", flat=True)
    lost = {keys[str(key)] for key in failed}
    return {
        "event": event,
        "meals": [(one, numbers_of(one), notices.get(one.uuid), one.uuid in lost) for one in meals],
        "has_begun": event.starts_at is not None and event.starts_at <= now,
    }


def needs_section(event: EventPage, user: Account, now: datetime) -> Mapping[str, Any] | None:
    """List the questions by which tables are formed. None without any."""
    needs = [one for one in event.questions.all() if one.purpose == Question.Purpose.NEED]
    if not needs or not user.has_perm("events.view_registration"):
        return None
    return {"event": event, "needs": needs}
