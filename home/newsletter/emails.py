"""E-mails about newsletter subscriptions."""

from django.urls import reverse

from home.mail import outbox
from home.models.mail import OutgoingEmail
from home.models.newsletter import Consent, Subscriber
from home.newsletter.links import confirmation_token, leaving_token

CONFIRMATION = "lettre, demande à confirmer"


def letter_confirmation(consent: Consent) -> OutgoingEmail:
    path = reverse("letter_confirm", args=[confirmation_token(consent)])
    return outbox.send(
        kind=CONFIRMATION,
        to=consent.subscriber.email,
        template="home/emails/letter_confirmation",
        context={"link": outbox.absolute_url(path)},
        secret=True,
    )


def letter_already(subscriber: Subscriber) -> OutgoingEmail:
    """Tell a current subscriber who subscribes again. The page itself does not reveal that they were subscribed."""
    return outbox.send(
        kind=CONFIRMATION,
        to=subscriber.email,
        template="home/emails/letter_already",
        context={"leave_link": leave_link(subscriber)},
        headers=list_headers(subscriber),
        secret=True,
    )


def letter_welcome(consent: Consent) -> OutgoingEmail:
    return outbox.send(
        kind="lettre, bienvenue",
        to=consent.subscriber.email,
        template="home/emails/letter_welcome",
        context={"leave_link": leave_link(consent.subscriber)},
        headers=list_headers(consent.subscriber),
        dedup_key=f"lettre:bienvenue:{consent.pk}",
        secret=True,
    )


def letter_left(consent: Consent) -> OutgoingEmail:
    return outbox.send(
        kind="lettre, désabonnement",
        to=consent.subscriber.email,
        template="home/emails/letter_left",
        context={"link": outbox.absolute_url(reverse("letter"))},
        dedup_key=f"lettre:départ:{consent.pk}",
    )


def leave_link(subscriber: Subscriber) -> str:
    return outbox.absolute_url(reverse("letter_leave", args=[leaving_token(subscriber)]))


def list_headers(subscriber: Subscriber) -> dict[str, str]:
    """Return the headers for one-click unsubscription in e-mail clients (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{leave_link(subscriber)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
