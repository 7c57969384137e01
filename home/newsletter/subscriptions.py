"""Verbs of the letter: ask, confirm, leave. Each keeps the dated consent and writes its message in one transaction."""

from datetime import datetime

from django.db import transaction

from home.mail import outbox
from home.models.newsletter import Consent, Subscriber
from home.newsletter import emails

#: Change the version with the text: a consent names what was read.
CONSENT_VERSION = "2026-11"
CONSENT = "J’accepte de recevoir la lettre du réseau à cette adresse."
CONSENT_DETAIL = "Je peux me désabonner à tout moment, par le lien présent dans chaque message."
CONSENT_TEXT = f"{CONSENT} {CONSENT_DETAIL}"

#: How most people leave.
BY_LINK = "lien d’un message"


@transaction.atomic
def subscribe(*, email: str, source: str, at: datetime) -> None:
    """Ask by mail for a confirmation. An address that receives the letter already is told so, by mail too.

    One message per quarter of an hour and five a day at most, so that the form is no weapon against someone's mailbox.
    """
    Subscriber.objects.get_or_create(email=email)
    # Lock the address: two posts together are one message.
    subscriber = Subscriber.objects.select_for_update(of=("self",)).get(email=email)
    if outbox.had_enough(kind=emails.CONFIRMATION, to=email):
        return
    if subscriber.is_active:
        emails.letter_already(subscriber)
        return
    consent = subscriber.consents.create(
        text_version=CONSENT_VERSION, text=CONSENT_TEXT, source=source, given_at=at
    )
    emails.letter_confirmation(consent)


@transaction.atomic
def confirm(consent: Consent, *, at: datetime) -> None:
    """Begin to send the letter. A second time changes nothing."""
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.confirmed_at or consent.left_at:
        return
    consent.confirmed_at = at
    consent.save(update_fields=["confirmed_at"])
    if not consent.subscriber.is_active:
        consent.subscriber.keep_state(confirmed_at=at, left_at=None)
        emails.letter_welcome(consent)


@transaction.atomic
def leave(subscriber: Subscriber, *, at: datetime, source: str = BY_LINK) -> None:
    """Stop at once, and say so by mail. A second time changes nothing."""
    subscriber = Subscriber.objects.select_for_update(of=("self",)).get(pk=subscriber.pk)
    if not subscriber.is_active:
        return
    ended = subscriber.consents.filter(left_at__isnull=True)
    last = ended.filter(confirmed_at__isnull=False).last()
    ended.update(left_at=at, left_source=source)
    subscriber.keep_state(confirmed_at=subscriber.confirmed_at, left_at=at)
    if last:
        emails.letter_left(last)
