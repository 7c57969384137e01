"""Issue, issue again and revoke attestations of presence."""

from datetime import datetime
from typing import Any

from django.db import transaction

from events.agenda.labels import when
from events.certificates.hours import duration_of
from events.models import Certificate, EventPage, Registration, RegistrationLogEntry
from events.models.certificate import code_of
from events.registration.event_lock import lock_event
from events.registration.refusals import Refusal
from home.access import Visitor
from home.models import SiteSettings


class NotPresent(Refusal):
    sentence = "Il n’y a pas d’attestation\u00a0: cette personne n’a pas été pointée présente."


class NotOverYet(Refusal):
    sentence = "L’attestation se télécharge une fois la rencontre finie."


class NameErased(Refusal):
    sentence = "Il n’y a plus d’attestation\u00a0: le nom a été effacé."


class NoSigner(Refusal):
    sentence = (
        "L’attestation n’est pas encore disponible\u00a0: les réglages du site ne disent pas qui la signe, dans l’onglet "
        "«\u00a0Attestations\u00a0»."
    )


class Revoked(Refusal):
    sentence = "Cette attestation a été révoquée."


class NotIssued(Refusal):
    sentence = "Cette personne n’a pas encore d’attestation."


def refusal_to_issue(registration: Registration, now: datetime) -> Refusal | None:
    """Return why there is no attestation for this registration, or None. Reads its seats and its event."""
    if registration.erased_at is not None:
        return NameErased()
    if not registration.is_active or not any(seat.is_present for seat in registration.seats.all()):
        return NotPresent()
    if not registration.event.is_past(now):
        return NotOverYet()
    if not SiteSettings.of_network().certificate_signer:
        return NoSigner()
    return None


def issue(*, registration: Registration, now: datetime) -> Certificate:
    """Return the attestation, made now if there is none yet, or raise a `Refusal`.

    What it says stays what it said the first time: see `issue_again`.
    """
    with transaction.atomic():
        lock_event(registration.event_id)
        # Read again under the lock: an erasure may just have ended.
        registration = Registration.objects.with_seats().get(pk=registration.pk)
        if refusal := refusal_to_issue(registration, now):
            raise refusal
        certificate, _made = Certificate.objects.get_or_create(
            registration=registration,
            defaults=printed(registration) | {"issued_at": now, "code": code_of(registration.uuid)},
        )
    if certificate.revoked_at is not None:
        raise Revoked
    return certificate


def printed(registration: Registration) -> dict[str, Any]:
    """Return what an attestation says of the person and of the event."""
    duration = duration_of(registration.event, registration.seats.all())
    return {"name": registration.name, "duration": duration, "facts": facts_of(registration)}


def facts_of(registration: Registration) -> dict[str, str]:
    """Return what is kept in `Certificate.facts`. `parts` are the sessions attended, if one could choose."""
    event = registration.event
    seats = [seat for seat in registration.seats.all() if seat.is_present]
    return {
        "event": event.title,
        "when": when(event),
        "place": event.location,
        "organisation": registration.organisation,
        "parts": ", ".join(seat.session.title for seat in seats if not seat.session.hidden),
    }


def issue_again(*, registration: Registration, by: Visitor | None, now: datetime) -> Certificate:
    """Correct what an attestation says, and lift its revocation. Its code stays."""
    with transaction.atomic():
        lock_event(registration.event_id)
        registration = Registration.objects.with_seats().get(pk=registration.pk)
        if refusal := refusal_to_issue(registration, now):
            raise refusal
        if not Certificate.objects.filter(registration=registration).exists():
            raise NotIssued
        Certificate.objects.filter(registration=registration).update(
            **printed(registration), reissued_at=now, revoked_at=None, revocation_reason=""
        )
        registration.note(RegistrationLogEntry.Action.CERTIFIED_AGAIN, by=by, now=now)
    return Certificate.objects.get(registration=registration)


def revoke(*, registration: Registration, reason: str, by: Visitor | None, now: datetime) -> None:
    """Say from now on, at the address of the attestation, that it is no longer valid, and why."""
    with transaction.atomic():
        lock_event(registration.event_id)
        current = Certificate.objects.filter(registration=registration, erased_at=None)
        if not current.exists():
            raise NotIssued
        if not current.filter(revoked_at=None).update(
            revoked_at=now, revocation_reason=" ".join(reason.split())
        ):
            raise Revoked
        registration.note(RegistrationLogEntry.Action.CERTIFICATE_REVOKED, by=by, now=now)


def present_people(event: EventPage) -> list[Registration]:
    """Return the people checked in, whose name is known, in order of their registration."""
    people = event.registrations.present().remembered().select_related("certificate")
    return list(people.prefetch_related("seats__session").order_by("pk"))
