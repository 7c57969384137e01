"""Attestations for everybody who was present: issued, and told by mail once each."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django_tasks import task

from events.certificates.emails import certificate_ready, sent_prefix
from events.certificates.issuance import Revoked, issue, present_people
from events.models import EventPage, Registration
from home.batches import going_on, in_time
from home.mail import outbox
from home.models.mail import Priority


def people_to_send_to(event: EventPage) -> list[Registration]:
    """Return the people present who have not been written to and whose attestation, if any, is valid."""
    told = outbox.written(sent_prefix(event))
    return [
        one
        for one in present_people(event)
        if one.email and str(one.uuid) not in told and not is_revoked(one)
    ]


def is_revoked(registration: Registration) -> bool:
    certificate = getattr(registration, "certificate", None)
    return certificate is not None and certificate.revoked_at is not None


def send_certificate(registration: Registration, now: datetime) -> None:
    certificate_ready(registration, issue(registration=registration, now=now))


@task(priority=Priority.GROUP)
def send_certificates(pk: int) -> None:
    """Write to all who have not been written to yet, for two seconds; another task goes on."""
    event = EventPage.objects.get(pk=pk)
    now = timezone.now()

    def send(people: Sequence[Registration]) -> None:
        for one in people:
            try:
                send_certificate(one, now)
            except Revoked:  # meanwhile
                continue

    with going_on(send_certificates, pk):
        in_time(people_to_send_to(event), send)
