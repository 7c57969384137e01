"""The message that tells somebody that their attestation is ready."""

from events.models import Certificate, EventPage, Registration
from events.registration.emails import send
from home.mail.outbox import absolute_url
from home.models.mail import Priority


def certificate_ready(registration: Registration, certificate: Certificate) -> None:
    """Send the address of the attestation, once for each registration."""
    send(
        registration,
        kind="attestation",
        template="certificate_ready",
        dedup_key=f"{sent_prefix(registration.event)}{registration.uuid}",
        more={
            "certificate": certificate,
            "certificate_url": absolute_url(f"{registration.link}attestation/"),
            "check_url": absolute_url(certificate.address),
        },
        priority=Priority.GROUP,
    )


def sent_prefix(event: EventPage) -> str:
    return f"certificate:{event.pk}:"
