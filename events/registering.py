"""Registering: the verb that takes places, and the reasons for which it refuses.

Nothing here knows of a request. A refusal is an exception whose text is the French sentence that people read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from events import emails
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.models.registration import hash_token, new_token
from events.openness import Openness, openness, openness_by_date, places_of
from home.access import is_member


class Refusal(Exception):
    """Registration is not possible; `str()` says why, in a sentence."""

    sentence = "Les inscriptions ne sont pas ouvertes."

    def __str__(self) -> str:
        return self.sentence


class EventCancelled(Refusal):
    sentence = "Cet événement est annulé : les inscriptions sont fermées."


class EventPostponed(Refusal):
    sentence = "Cet événement est reporté : les inscriptions rouvriront avec la nouvelle date."


class EventUndated(Refusal):
    sentence = "La date n’est pas encore annoncée : les inscriptions ne sont pas ouvertes."


class EventOver(Refusal):
    sentence = "Cet événement est passé."


class NotOpenYet(Refusal):
    sentence = "Les inscriptions ne sont pas encore ouvertes."


class RegistrationClosed(Refusal):
    sentence = "Les inscriptions sont closes."


class EventFull(Refusal):
    sentence = "Il n’y a plus de place."


class SessionsFull(EventFull):
    def __init__(self, sessions: Sequence[Session]) -> None:
        super().__init__()
        self.sessions = sessions

    def __str__(self) -> str:
        titles = ", ".join(f"« {session} »" for session in self.sessions)
        return f"Il n’y a plus de place pour {titles} : modifiez votre choix."


class MembersOnly(Refusal):
    sentence = (
        "Cette inscription est réservée aux membres du réseau : connectez-vous pour la terminer."
    )


class ProgrammeChanged(Refusal):
    sentence = (
        "Le programme a changé pendant que vous remplissiez le formulaire : vérifiez vos choix."
    )


REFUSALS: dict[Openness, type[Refusal]] = {
    Openness.CANCELLED: EventCancelled,
    Openness.POSTPONED: EventPostponed,
    Openness.UNDATED: EventUndated,
    Openness.PAST: EventOver,
    Openness.NONE: Refusal,
    Openness.OUTSIDE: Refusal,
    Openness.NOT_YET: NotOpenYet,
    Openness.CLOSED: RegistrationClosed,
    Openness.FULL: EventFull,
    Openness.MEMBERS_ONLY: MembersOnly,
}


@dataclass(frozen=True)
class Application:
    """What someone sent. `sessions` are UUIDs, empty when the event leaves no choice."""

    name: str
    email: str
    organisation: str = ""
    sessions: Sequence[UUID] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    form_key: UUID | None = None


def register(*, event: EventPage, application: Application, by: Any, now: datetime) -> Registration:
    """Take a place in each chosen session, or raise a Refusal.

    An address that is already registered gets what a new one gets, and a mail that says what is registered:
    the answer never tells who registered before. `by` is the visitor, anonymous or not.
    """
    with transaction.atomic():
        event = lock(event)
        known = event.registrations.active().filter(email=application.email).first()
        if known and application.form_key and known.form_key == application.form_key:
            return known  # the second click of a double click
        sessions = places_to_take(event, application, by=by, now=now)
        if known:
            emails.already_registered(known, now)
            return known
        return enter(event, application, sessions, by=by, now=now)


def lock(event: EventPage) -> EventPage:
    """The event as it is now, its row held until the end of the transaction.

    The event's row and not its registrations: two people take the last place together.
    """
    locked = EventPage.objects.select_for_update(of=("self",)).filter(pk=event.pk, live=True)
    current = locked.first()
    if current is None:
        raise RegistrationClosed
    return current


def places_to_take(
    event: EventPage, application: Application, *, by: Any, now: datetime
) -> list[Session]:
    refuse_by_date(event, now)
    places = places_of(event, Session.objects.of([event]))
    answer = openness(event, places, member=is_member(by), now=now)
    if answer is not Openness.OPEN:
        raise REFUSALS[answer]
    chosen = choose([place.session for place in places], application.sessions)
    if not all(session.is_open(now) for session in chosen):
        raise RegistrationClosed
    full = [place.session for place in places if place.is_full and place.session in chosen]
    if full:
        raise SessionsFull(full)
    return [stored(event, session) for session in chosen]


def refuse_by_date(event: EventPage, now: datetime) -> None:
    answer = openness_by_date(event, now)
    if answer is not Openness.OPEN:
        raise REFUSALS[answer]


def stored(event: EventPage, session: Session) -> Session:
    """The session, written if nobody ever joined an event without sessions."""
    if session.pk is None:
        session.event = event
        session.save()
    return session


def choose(sessions: list[Session], uuids: Sequence[UUID]) -> list[Session]:
    """The chosen ones among these. Without a choice to make, the only one."""
    if len(sessions) == 1 and not uuids:
        return sessions
    by_uuid = {session.uuid: session for session in sessions}
    if not uuids or not set(uuids) <= by_uuid.keys():
        raise ProgrammeChanged
    return [session for session in sessions if session.uuid in set(uuids)]


def enter(
    event: EventPage,
    application: Application,
    sessions: Sequence[Session],
    *,
    by: Any,
    now: datetime,
) -> Registration:
    registration = Registration.objects.create(
        event=event,
        name=application.name,
        email=application.email,
        organisation=application.organisation,
        user=by if by.is_authenticated else None,
        answers=dict(application.answers),
        token_hash=hash_token(new_token()),
        form_key=application.form_key,
        registered_at=now,
    )
    Seat.objects.bulk_create(
        Seat(registration=registration, session=session, since=now) for session in sessions
    )
    note(registration, RegistrationLogEntry.Action.REGISTERED, by=by, now=now, sessions=sessions)
    emails.registration_confirmed(registration)
    return registration


def cancel(*, registration: Registration, by: Any, now: datetime) -> bool:
    """Give the places back. False, and nothing done, when it is cancelled already."""
    with transaction.atomic():
        lock_event_of(registration)
        registration = Registration.objects.get(pk=registration.pk)
        if not registration.is_active:
            return False
        registration.state = Registration.State.CANCELLED
        registration.cancelled_at = now
        registration.calendar_sequence += 1
        registration.save(
            update_fields=["state", "cancelled_at", "calendar_sequence", "changed_at"]
        )
        note(registration, RegistrationLogEntry.Action.CANCELLED, by=by, now=now)
        emails.registration_cancelled(registration)
    return True


def lock_event_of(registration: Registration) -> EventPage:
    """The same lock as for registering, whatever the state of the page."""
    return EventPage.objects.select_for_update(of=("self",)).get(pk=registration.event_id)


def note(
    registration: Registration,
    action: RegistrationLogEntry.Action,
    *,
    by: Any,
    now: datetime,
    sessions: Sequence[Session] = (),
) -> None:
    RegistrationLogEntry.objects.create(
        registration=registration,
        action=action,
        by=by if by.is_authenticated else None,
        at=now,
        details={"sessions": [str(session) for session in sessions]} if sessions else {},
    )
