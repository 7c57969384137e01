"""Register people to events: take seats, or refuse with a `Refusal`.

Independent of the request. A refusal's text is the French sentence that people read.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from events.agenda.availability import (
    ACCEPTING,
    Availability,
    Places,
    availability,
    availability_by_date,
    places_of,
)
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.registration import emails
from events.registration.answer_files import attach, stored
from events.registration.answers import Answers
from events.registration.event_lock import lock_event
from events.registration.refusals import (
    REFUSALS,
    NotAMember,
    PresenceNoted,
    ProgrammeChanged,
    RegistrationClosed,
    SessionsFull,
)
from events.registration.waiting_list import fill_free_places
from home.access import Account, Visitor, is_member
from home.french.names import name_key
from home.models.querysets import one_or_none

#: The same content sent again within this time is a double click.
DOUBLE_CLICK = timedelta(minutes=1)
#: Registrations of one address to one event, in a day, that are confirmed at once. The next ones are told together.
TOLD_AT_ONCE, DAY = 10, timedelta(days=1)


@dataclass(frozen=True)
class Application:
    """A submitted form, to register or to change a registration.

    `sessions` are UUIDs; empty if the event offers no choice, or to leave them unchanged. `content_key` is
    the fingerprint of all that was typed.
    """

    answers: Answers
    sessions: Sequence[UUID] = ()
    content_key: UUID | None = None


@dataclass(frozen=True)
class Receipt:
    """Result that the page may disclose: the same for a registered person as for a new one.

    `registration` is the one that this form made, or None if the person was already registered.
    """

    registration: Registration | None
    confirmed: list[Session]
    waiting: list[Session]


def register(*, event: EventPage, application: Application, by: Visitor, now: datetime) -> Receipt:
    """Take a seat in each chosen session, confirmed or on its waiting list, or raise a `Refusal`.

    A registered person gets the same answer as a new one, plus an e-mail with what is registered, so that
    nobody learns who registered. `by` is the visitor, possibly anonymous.
    """
    with stored(application.answers.documents) as paths, transaction.atomic():
        event = lock(event)
        known, made_today = people_at(application.answers, event, now)
        if known and is_double_click(known, application, now):
            return receipt_of(known)
        places = places_to_take(event, application, by=by, now=now)
        if known:
            tell_known(known, places, now)
            return receipt(None, places)
        later = made_today >= TOLD_AT_ONCE
        registration = enter(event, application, places, by=by, now=now, told_later=later)
        if paths:
            attach(registration, paths)
        return receipt(registration, places)


def people_at(answers: Answers, event: EventPage, now: datetime) -> tuple[Registration | None, int]:
    """Return this person's registration at this address, and how many the address made in a day. One query."""
    rows = list(event.registrations.at_address(answers.email, answers.name, since=now - DAY))
    key = name_key(answers.name)
    known = next((one for one in rows if one.is_active and one.name_key == key), None)
    return known, sum(one.registered_at > now - DAY for one in rows)


def registered_as(answers: Answers, event: EventPage) -> Registration | None:
    """Return the active registration of this person at this address."""
    return one_or_none(event.registrations.under(answers.email, answers.name))


def is_double_click(known: Registration, application: Application, now: datetime) -> bool:
    """Whether the content is the one just received. Its sender may then be answered as the person themselves."""
    same = known.content_key is not None and known.content_key == application.content_key
    return same and now - known.registered_at <= DOUBLE_CLICK


def tell_known(known: Registration, places: Sequence[Places], now: datetime) -> None:
    """Write what is registered and, if other sessions were asked for now, how to choose them."""
    asked = [place.session for place in places]
    held = set(known.seats.values_list("session", flat=True))
    differs = {session.pk for session in asked} != held
    emails.already_registered(known, now, asked=asked if differs else [])


def receipt(registration: Registration | None, places: Sequence[Places]) -> Receipt:
    return Receipt(
        registration,
        confirmed=[place.session for place in places if not place.is_full],
        waiting=[place.session for place in places if place.is_full],
    )


def receipt_of(registration: Registration) -> Receipt:
    seats = list(registration.seats.select_related("session"))
    return Receipt(
        registration,
        confirmed=[seat.session for seat in seats if not seat.is_waiting],
        waiting=[seat.session for seat in seats if seat.is_waiting],
    )


def lock(event: EventPage) -> EventPage:
    """Return the event as it is now, with its row locked until the end of the transaction.

    Registrations are not enough to lock: two newcomers could both take the last place.
    """
    try:
        return lock_event(event.pk, live=True)
    except EventPage.DoesNotExist as error:
        raise RegistrationClosed from error


def places_to_take(
    event: EventPage, application: Application, *, by: Visitor, now: datetime
) -> list[Places]:
    """Return the chosen places, free or with a waiting list, or raise a `Refusal`."""
    refuse_by_date(event, now)
    places = places_of(event, Session.objects.of([event]))
    answer = availability(event, places, member=is_member(by), now=now)
    if answer is Availability.MEMBERS_ONLY and by.is_authenticated:
        raise NotAMember
    if answer not in ACCEPTING:
        raise REFUSALS[answer]
    chosen = choose(places, application.sessions)
    if not all(place.session.is_open(now) for place in chosen):
        raise RegistrationClosed
    full = [place.session for place in chosen if place.is_full]
    if full and not event.waiting_list:
        raise SessionsFull(full)
    for place in chosen:
        keep(event, place.session)
    return chosen


def refuse_by_date(event: EventPage, now: datetime) -> None:
    answer = availability_by_date(event, now)
    if answer is not Availability.OPEN:
        raise REFUSALS[answer]


def keep(event: EventPage, session: Session) -> None:
    """Save the hidden session of an event without sessions, if this is its first registration."""
    if session.pk is None:
        session.event = event
        session.save()


def choose(places: list[Places], uuids: Sequence[UUID]) -> list[Places]:
    """Return the chosen places among these, or the only one."""
    if len(places) == 1 and not uuids:
        return places
    if not uuids or not set(uuids) <= {place.session.uuid for place in places}:
        raise ProgrammeChanged
    return [place for place in places if place.session.uuid in set(uuids)]


def enter(
    event: EventPage,
    application: Application,
    places: Sequence[Places],
    *,
    by: Visitor,
    now: datetime,
    told_later: bool,
) -> Registration:
    """Write the registration and its confirmation, unless the address has had many: `confirmations` writes that."""
    registration = Registration(
        event=event,
        user=account_of(application.answers, event, by=by),
        content_key=application.content_key,
        told_later=told_later,
        registered_at=now,
    )
    application.answers.write_on(registration)
    registration.save()
    seats = Seat.objects.bulk_create([seat_in(place, registration, now) for place in places])
    registration.keep_seats(seats)
    sessions = [place.session for place in places]
    registration.note(RegistrationLogEntry.Action.REGISTERED, by=by, now=now, sessions=sessions)
    if not told_later:
        emails.registration_confirmed(registration)
    return registration


def account_of(answers: Answers, event: EventPage, *, by: Visitor) -> Account | None:
    """Return the account that the registration belongs to: the visitor's, unless it is for somebody else.

    It is when the account already has a registration and this one has another name, or when the account registers
    under its own name afterwards. It then stays when the account is erased.
    """
    if not by.is_authenticated:
        return None
    own = name_key(by.get_full_name())
    if name_key(answers.name) != own:
        return None if event.registrations.active().of_person(by).exists() else by
    event.registrations.active().filter(user=by).exclude(name_key=own).update(user=None)
    return by


def seat_in(place: Places, registration: Registration, now: datetime) -> Seat:
    state = Seat.State.WAITING if place.is_full else Seat.State.CONFIRMED
    return Seat(registration=registration, session=place.session, state=state, since=now)


def cancel(
    *, registration: Registration, by: Visitor | None, now: datetime, word: str = ""
) -> bool:
    """Cancel the registration and promote the waiting list. Return False, and do nothing, if already cancelled.

    `word` is what staff add to the letter. Raise `PresenceNoted` if the person was checked in.
    """
    with transaction.atomic():
        event = lock_event_of(registration)
        registration = Registration.objects.get(pk=registration.pk)
        if not registration.is_active:
            return False
        refuse_presence(registration.seats.all())
        registration.state = Registration.State.CANCELLED
        registration.cancelled_at = now
        registration.calendar_sequence += not registration.only_waits
        registration.save(
            update_fields=["state", "cancelled_at", "calendar_sequence", "changed_at"]
        )
        entry = registration.note(RegistrationLogEntry.Action.CANCELLED, by=by, now=now)
        emails.registration_cancelled(registration, entry, word=word)
        fill_free_places(event, now=now)
    return True


def release_seats(seats: Collection[Seat]) -> None:
    """Delete these seats. Raise `PresenceNoted`, and delete none, if their person was checked in at one of them."""
    refuse_presence(seats)
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).delete()


def refuse_presence(seats: Iterable[Seat]) -> None:
    """Raise `PresenceNoted` for a seat that says somebody came: the number of those present would lose them."""
    if any(seat.is_present for seat in seats):
        raise PresenceNoted


def lock_event_of(registration: Registration) -> EventPage:
    """Take the same lock as registration, whatever the page's state."""
    return lock_event(registration.event_id)
