"""Newsletter subscriptions: subscribe, confirm, leave.

Each function records the dated consent and queues its e-mail in one transaction.
"""

from datetime import datetime

from django.db import transaction

from home.mail import outbox
from home.models.newsletter import Consent, Subscriber
from home.newsletter import emails

#: Change it with the text: each consent records the version that was accepted.
CONSENT_VERSION = "2026-11"
CONSENT = "J’accepte de recevoir la lettre du réseau à cette adresse."
CONSENT_DETAIL = "Je peux me désabonner à tout moment, par le lien présent dans chaque message."
CONSENT_TEXT = f"{CONSENT} {CONSENT_DETAIL}"

#: Default source of an unsubscription.
BY_LINK = "lien d’un message"


@transaction.atomic
def subscribe(*, email: str, source: str, at: datetime) -> None:
    """Send a confirmation request, or a notice if the address is already subscribed.

    Sends at most one message per 15 minutes and five per day, so that the form cannot be used to flood a mailbox.
    Leaving resets the count, since it ends the links sent before.
    """
    Subscriber.objects.get_or_create(email=email)
    # Lock the address: two simultaneous posts send one message.
    subscriber = Subscriber.objects.select_for_update(of=("self",)).get(email=email)
    if outbox.had_enough(kind=emails.CONFIRMATION, to=email, since=subscriber.left_at):
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
    """Confirm a subscription and send the welcome message. Idempotent."""
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
    """End a subscription and confirm it by e-mail. Idempotent."""
    subscriber = Subscriber.objects.select_for_update(of=("self",)).get(pk=subscriber.pk)
    if not subscriber.is_active:
        return
    ended = subscriber.consents.filter(left_at__isnull=True)
    last = ended.filter(confirmed_at__isnull=False).last()
    ended.update(left_at=at, left_source=source)
    subscriber.keep_state(confirmed_at=subscriber.confirmed_at, left_at=at)
    if last:
        emails.letter_left(last)
