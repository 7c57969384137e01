"""Signed tokens of the letter's links. One opens nothing but what it was made for."""

from datetime import timedelta

from django.core import signing

from home.models.newsletter import Consent, Subscriber

CONFIRM_SALT = "home.letter.confirm"
LEAVE_SALT = "home.letter.leave"
CONFIRM_WITHIN = timedelta(days=7)


def confirmation_token(consent: Consent) -> str:
    return signing.dumps(consent.pk, salt=CONFIRM_SALT)


def leaving_token(subscriber: Subscriber) -> str:
    return signing.dumps(subscriber.pk, salt=LEAVE_SALT)


def consent_of(token: str) -> Consent | None:
    """The consent that this link confirms, or None when the link is wrong, too old or of a consent since ended."""
    pk = read(token, CONFIRM_SALT, CONFIRM_WITHIN)
    consents = Consent.objects.select_related("subscriber")
    return consents.filter(pk=pk, left_at__isnull=True).first() if pk else None


def subscriber_of(token: str) -> Subscriber | None:
    """Who leaves by this link; it never expires, a message may be read years later."""
    pk = read(token, LEAVE_SALT, None)
    return Subscriber.objects.filter(pk=pk).first() if pk else None


def read(token: str, salt: str, max_age: timedelta | None) -> int | None:
    try:
        return int(signing.loads(token, salt=salt, max_age=max_age))
    except (signing.BadSignature, ValueError):
        return None
