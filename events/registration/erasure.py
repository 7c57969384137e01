"""Erasure of personal data from registrations. Totals are kept."""

from datetime import datetime

from django.db import transaction

from events.models import Certificate, Registration, RegistrationLogEntry
from events.models.thanks import testimony_of
from events.recaps import testimonies
from events.registration.answer_files import drop_unanswered
from events.registration.answers import Answers
from events.registration.signup import lock_event_of
from events.registration.waiting_list import fill_free_places
from home.access import Account, Visitor
from home.mail import outbox
from home.privacy import erasure


@transaction.atomic
def erase(*, registration: Registration, by: Visitor | None, now: datetime) -> None:
    """Erase a registration at its owner's request, and free its places if the event is not over.

    Who was present stays counted. A sentence of theirs leaves the recap that quotes it. No e-mail is sent: the address is gone.
    """
    event = lock_event_of(registration)
    registration = Registration.objects.get(pk=registration.pk)
    came = registration.seats.present().exists()
    if registration.is_active and not came and not event.is_past(now):
        registration.state = Registration.State.CANCELLED
        registration.cancelled_at = now
        registration.note(RegistrationLogEntry.Action.CANCELLED, by=None, now=now)
    testimony = testimony_of(registration)
    if testimony:
        testimonies.withdraw(testimony=testimony, now=now)
    forget_identity(registration, now=now)
    fill_free_places(event, now=now)


def erase_person(*, user: Account, now: datetime) -> None:
    """Erase every registration of this person, each in its own transaction. Colleagues at the same address stay."""
    theirs = Registration.objects.remembered().about_person(user)
    for registration in theirs.order_by("pk"):
        erase(registration=registration, by=None, now=now)


def forget_identity(registration: Registration, *, now: datetime) -> None:
    """Erase name, address, answers, account and e-mails. Keep the seats, for the totals."""
    registration.log.filter(by=registration.user_id or 0).update(by=None)
    Answers().write_on(registration)
    registration.user = registration.content_key = None
    registration.erased_at = now
    registration.renew_link()
    registration.save()
    drop_unanswered(registration)
    Certificate.objects.filter(registration=registration).erase_details(now)
    registration.feedback.update(registration=None)
    testimonies.forget(registration=registration)
    registration.note(RegistrationLogEntry.Action.ERASED, by=None, now=now)
    erasure.forget_history(registration)
    outbox.forget(about=registration.uuid)
