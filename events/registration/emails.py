"""E-mails about one registration, a function and a template each. See also `events.messages.emails`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from events.agenda.availability import Places
from events.agenda.labels import when, when_within
from events.calendar.entries import event_url, organizer, registration_entry
from events.calendar.ical import Organizer, calendar_of
from events.models import EventPage, Registration, RegistrationLogEntry, Seat, Session
from events.models.enums import AnswerRetention
from home.mail import outbox
from home.models import SiteSettings
from home.models.mail import Priority

#: Minutes during which the same person is not sent the same kind of e-mail again.
QUIET_MINUTES = 15

#: E-mails without a calendar file, since they change nothing in it.
WITHOUT_CALENDAR = (
    "thanks",
    "group_message",
    "recap_published",
    "question_after",
    "testimony_quoted",
    "certificate_ready",
)
#: E-mails without a personal link. Bodies of the others are erased once sent.
WITHOUT_LINK = ("registration_cancelled", "event_cancelled", "thanks", "group_message")


@dataclass(frozen=True)
class PreviewRecipient:
    """An anonymous recipient, for previews."""

    event: EventPage
    online_address: str
    name: str = "Prénom Nom"


def registration_confirmed(
    registration: Registration, entry: RegistrationLogEntry | None = None
) -> None:
    """Confirm a registration, per session: confirmed or on the waiting list.

    `entry` is the log entry of a corrected address, to which the confirmation is sent again.
    """
    again = f":{entry.pk}" if entry else ""
    read_seats(registration)
    send(
        registration,
        kind="liste d’attente" if registration.only_waits else "inscription confirmée",
        template="registration_confirmed",
        dedup_key=f"registration-confirmed:{registration.uuid}{again}",
        more=repeated_answers(registration),
    )


def repeated_answers(registration: Registration) -> dict[str, Any]:
    """Return the answers that a confirmation repeats, and whether there are others.

    Documents stay out of mailboxes, and answers that are soon erased: diet, access.
    """
    if not registration.answers:
        return {"answers": [], "keeps_silent": False}
    documents = {str(one.uuid) for one in registration.event.questions.all() if one.asks_for_file}
    private = {
        key
        for key, one in registration.answers.items()
        if key in documents or one["retention"] == AnswerRetention.SHORT
    }
    words = zip(registration.answers, registration.answers_in_words, strict=True)
    return {
        "answers": [said for key, said in words if key not in private],
        "keeps_silent": bool(private),
    }


def registration_refused(event: EventPage, *, name: str, email: str, reason: str) -> None:
    """Tell an address that was corrected too late; the page could not say so without disclosing who registered."""
    sender = organizer()
    outbox.send(
        kind="inscription non enregistrée",
        to=email,
        person=name,
        template="events/emails/registration_refused",
        context={
            "event": event,
            "name": name,
            "reason": reason,
            "event_url": event_url(event),
            "when_within": when_within(event),
            "contact": sender.email,
        },
        reply_to=sender.email,
    )


def already_registered(
    registration: Registration, now: datetime, *, asked: Sequence[Session] = ()
) -> None:
    """Tell someone who sends the form again what is registered. At most once in a quarter of an hour.

    `asked` are the sessions chosen this time, if they are others: the button then leads to the choice.
    """
    prefix = f"already-registered:{registration.uuid}:"
    last = outbox.latest_key(to=registration.email, prefix=prefix)
    if last and now.timestamp() - float(last.removeprefix(prefix)) < QUIET_MINUTES * 60:
        return
    send(
        registration,
        kind="déjà inscrit·e",
        template="already_registered",
        dedup_key=f"{prefix}{now.timestamp():.0f}",
        more={"asked_sessions": seen(asked)},
    )


def registered_together(
    event: EventPage, email: str, people: Sequence[Registration], now: datetime
) -> None:
    """Confirm the registrations of an address that had many: one message, with a link for each person."""
    staff = organizer()
    outbox.send(
        kind="inscriptions confirmées ensemble",
        to=email,
        template="events/emails/registered_together",
        context={
            "event": event,
            "event_url": event_url(event),
            "when": when(event),
            "when_within": when_within(event),
            "people": [context_of(one, contact=staff.email) for one in people],
            "contact": staff.email,
        },
        dedup_key=f"{together_prefix(event, email)}{now.timestamp():.0f}",
        secret=True,
        reply_to=staff.email,
    )


def told_together_since(event: EventPage, email: str, since: datetime) -> bool:
    """Whether `registered_together` has written to this address after `since`."""
    prefix = together_prefix(event, email)
    last = outbox.latest_key(to=email, prefix=prefix)
    return last is not None and float(last.removeprefix(prefix)) > since.timestamp()


def together_prefix(event: EventPage, email: str) -> str:
    return f"registered-together:{event.pk}:{sha256(email.encode()).hexdigest()[:16]}:"


def registration_changed(registration: Registration, entry: RegistrationLogEntry) -> None:
    """Tell the registrant what is registered after a change of theirs."""
    send(
        registration,
        kind="inscription modifiée",
        template="registration_changed",
        dedup_key=f"registration-changed:{registration.uuid}:{entry.pk}",
    )


def address_to_confirm(registration: Registration, email: str, token: str, now: datetime) -> None:
    """Ask the new address for confirmation, so that nobody moves a registration to somebody else's mailbox."""
    quarter = int(now.timestamp()) // (QUIET_MINUTES * 60)
    address = sha256(email.encode()).hexdigest()[:16]
    outbox.send(
        kind="adresse à confirmer",
        to=email,
        person=registration.name,
        template="events/emails/address_to_confirm",
        context={
            "registration": registration,
            "event": registration.event,
            "when_within": when_within(registration.event),
            "link": outbox.absolute_url(reverse("own_address_confirm", args=[token])),
        },
        dedup_key=f"address-to-confirm:{registration.uuid}:{address}:{quarter}",
        secret=True,
        reply_to=organizer().email,
    )


def registration_cancelled(
    registration: Registration, entry: RegistrationLogEntry | None = None, *, word: str = ""
) -> None:
    """Tell the person. `entry` is of this cancellation, since a registration may be taken back; `word` is the staff's."""
    again = f":{entry.pk}" if entry else ""
    send(
        registration,
        kind="inscription annulée",
        template="registration_cancelled",
        dedup_key=f"registration-cancelled:{registration.uuid}{again}",
        more={"word": word},
    )


def registration_reinstated(
    registration: Registration, entry: RegistrationLogEntry, *, word: str = ""
) -> None:
    """Tell the person that the cancelled registration stands again, with a place or on the waiting list."""
    send(
        registration,
        kind="inscription reprise",
        template="registration_reinstated",
        dedup_key=f"registration-reinstated:{registration.uuid}:{entry.pk}",
        more={"word": word},
    )


def registration_corrected(registration: Registration, entry: RegistrationLogEntry) -> None:
    """Tell the registrant what is registered after a correction by staff."""
    send(
        registration,
        kind="inscription modifiée",
        template="registration_corrected",
        dedup_key=f"registration-corrected:{registration.uuid}:{entry.pk}",
    )


def place_given(
    registration: Registration, sessions: Sequence[Session], entry: RegistrationLogEntry
) -> None:
    """Tell someone on the waiting list that they have a place."""
    send(
        registration,
        kind="place obtenue",
        template="place_given",
        dedup_key=f"place-given:{registration.uuid}:{entry.pk}",
        more={"given": [session for session in sessions if not session.hidden]},
    )


def place_to_tell(
    registration: Registration, sessions: Sequence[Session], entry: RegistrationLogEntry
) -> None:
    """Ask the team to tell someone without an address that they have a place."""
    staff, event = organizer(), registration.event
    outbox.send(
        kind="place à annoncer",
        to=staff.email,
        template="events/emails/place_to_tell",
        context={
            "event": event,
            "when": when(event),
            "name": registration.name,
            "organisation": registration.organisation,
            "given": seen(sessions),
            "list_url": list_url(event),
        },
        dedup_key=f"place-to-tell:{registration.uuid}:{entry.pk}",
        secret=True,  # it contains a name, so the outbox erases it once sent
    )


def list_url(event: EventPage) -> str:
    """Return the address of the team's list of this event's registrations."""
    path = f"{reverse('events_registration_modeladmin_index')}?evenement={event.pk}"
    return outbox.absolute_url(path)


def places_to_give(
    event: EventPage, lists: Sequence[tuple[Places, Sequence[Registration]]]
) -> None:
    """Tell staff, in the last 24 hours, that places are free and who is waiting. Once per state of the lists."""
    state = "/".join(
        f"{place.session.uuid}:{place.free}:{','.join(str(person.pk) for person in people)}"
        for place, people in lists
    )
    staff = organizer()
    outbox.send(
        kind="places à donner",
        to=staff.email,
        template="events/emails/places_to_give",
        context={
            "event": event,
            "when": when(event),
            "when_within": when_within(event),
            "lists": lists,
            "list_url": list_url(event),
        },
        dedup_key=f"places-to-give:{event.pk}:{sha256(state.encode()).hexdigest()[:32]}",
        secret=True,  # it contains names, so the outbox erases it once sent
    )


def preview(event: EventPage, template: str, more: dict[str, Any]) -> outbox.Bodies:
    someone = PreviewRecipient(event, online_address=event.online_address)
    context = facts_for(someone, [], contact=organizer().email)
    return outbox.preview(f"events/emails/{template}", context | more)


def send(
    registration: Registration,
    *,
    kind: str,
    template: str,
    dedup_key: str,
    more: dict[str, Any] | None = None,
    priority: Priority = Priority.ANSWER,
) -> None:
    if not registration.email:
        return  # erased, or registered by staff without an address
    network = SiteSettings.of_network()
    sender = organizer(network)
    read_seats(registration)
    outbox.send(
        kind=kind,
        to=registration.email,
        person=registration.name,
        template=f"events/emails/{template}",
        context=context_of(registration, contact=sender.email) | (more or {}),
        dedup_key=dedup_key,
        attachments=[invitation(registration, sender)]
        if is_for_a_calendar(registration, template)
        else [],
        secret=template not in WITHOUT_LINK,
        reply_to=sender.email,
        network=network,
        priority=priority,
    )


def read_seats(registration: Registration) -> None:
    """Load the seats once for the whole e-mail, since the caller holds the event's lock."""
    seats = Prefetch("seats", Seat.objects.select_related("session"))
    prefetch_related_objects([registration], seats)


def is_for_a_calendar(registration: Registration, template: str) -> bool:
    """Whether the e-mail has a calendar file: the person has, or had, a confirmed seat."""
    if registration.event.starts_at is None or template in WITHOUT_CALENDAR:
        return False
    return registration.calendar_sequence > 0 or not registration.only_waits


def context_of(registration: Registration, *, contact: str) -> dict[str, Any]:
    seats = sorted(registration.seats.all(), key=lambda seat: seat.session.sort_order or 0)
    return facts_for(registration, seats, contact=contact)


def facts_for(
    registration: Registration | PreviewRecipient, seats: list[Seat], *, contact: str
) -> dict[str, Any]:
    event = registration.event
    waiting = [seat for seat in seats if seat.is_waiting]
    return {
        "registration": registration,
        "event": event,
        "event_url": event_url(event),
        "own_url": own_url(registration),
        "when": when(event),
        "when_within": when_within(event),
        "sessions": seen(seat.session for seat in seats if not seat.is_waiting),
        "waiting_sessions": seen(seat.session for seat in waiting),
        "waits": bool(waiting),
        "only_waits": bool(waiting) and len(waiting) == len(seats),
        "contact": contact,
    }


def own_url(registration: Registration | PreviewRecipient) -> str:
    """Return the URL of the registrant's own page. Renew the link if `SECRET_KEY` changed, so that it works."""
    if isinstance(registration, PreviewRecipient):
        return outbox.absolute_url("/inscriptions/…/")
    if not registration.has_living_link:
        registration.renew_link()
        registration.save(update_fields=["link_key", "token_hash"])
    return outbox.absolute_url(registration.link)


def seen(sessions: Iterable[Session]) -> list[Session]:
    return [session for session in sessions if not session.hidden]


def invitation(registration: Registration, sender: Organizer) -> outbox.Attachment:
    """Return the .ics file that adds or removes the event, with no address but the organizer's."""
    entry = registration_entry(registration)
    method = "CANCEL" if entry.status == "CANCELLED" else "PUBLISH"
    return outbox.Attachment(
        "evenement.ics",
        calendar_of([entry], sender, method=method),
        f"text/calendar; method={method}; charset=utf-8",
    )
