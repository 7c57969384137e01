"""Signed tokens in the links of newsletter e-mails. A salt per purpose keeps a token from serving another."""

from datetime import timedelta

from django.core import signing

from home.models.newsletter import Consent, Subscriber
from home.secret_links import read_signed

CONFIRM_SALT = "home.letter.confirm"
LEAVE_SALT = "home.letter.leave"
CONFIRM_WITHIN = timedelta(days=7)


def confirmation_token(consent: Consent) -> str:
    return signing.dumps(consent.pk, salt=CONFIRM_SALT)


def leaving_token(subscriber: Subscriber) -> str:
    return signing.dumps(subscriber.pk, salt=LEAVE_SALT)


def consent_of(token: str) -> Consent | None:
    """Return the consent to confirm, or None if the token is invalid, over 7 days old, or the consent withdrawn."""
    pk = read_signed(token, salt=CONFIRM_SALT, max_age=CONFIRM_WITHIN)
    consents = Consent.objects.select_related("subscriber")
    return consents.filter(pk=pk, left_at__isnull=True).first()


def subscriber_of(token: str) -> Subscriber | None:
    """Return the subscriber to remove, or None. The token never expires: a message may be read years later."""
    pk = read_signed(token, salt=LEAVE_SALT, max_age=None)
    return Subscriber.objects.filter(pk=pk).first()
