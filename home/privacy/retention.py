"""What the kernel forgets, and when. Each verb may run as often as one likes."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from home.models.mail import OutgoingEmail
from home.models.newsletter import Consent, Subscriber

UNCONFIRMED_KEPT = timedelta(days=7)
LEFT_KEPT = timedelta(days=3 * 365)
SECRETS_KEPT = timedelta(days=2)
BODIES_KEPT = timedelta(days=30)
MESSAGES_KEPT = timedelta(days=365)
TASKS_KEPT = timedelta(days=14)
#: Rows per write: SQLite has one writer, and others wait for it.
SLICE = 500


def forget_subscribers(at: datetime) -> None:
    """Addresses that nobody confirmed, then the proof of consents ended three years ago."""
    limit = at - UNCONFIRMED_KEPT
    asked_again = Consent.objects.filter(given_at__gte=limit).values("subscriber")
    old = Subscriber.objects.unconfirmed().filter(created_at__lt=limit)
    delete(old.exclude(pk__in=asked_again))
    delete(Subscriber.objects.gone().filter(left_at__lt=at - LEFT_KEPT))


def forget_mail(at: datetime) -> None:
    """Codes and personal links that never left, what sent messages said, then that they were sent."""
    written = OutgoingEmail.objects.filter(blanked_at__isnull=True)
    erase(written.filter(secret=True, queued_at__lt=at - SECRETS_KEPT, due_at=None), at)
    erase(written.filter(state=OutgoingEmail.State.SENT, sent_at__lt=at - BODIES_KEPT), at)
    delete(OutgoingEmail.objects.filter(due_at=None, queued_at__lt=at - MESSAGES_KEPT))


def forget_tasks(at: datetime) -> None:
    """Results of background work, and rows that a killed worker left as running."""
    delete(DBTaskResult.objects.finished().filter(finished_at__lt=at - TASKS_KEPT))
    delete(DBTaskResult.objects.running().filter(started_at__lt=at - TASKS_KEPT))


def delete(rows: QuerySet) -> None:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:SLICE]):
        rows.model._default_manager.filter(pk__in=keys).delete()


def erase(rows: QuerySet[OutgoingEmail], at: datetime) -> None:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:SLICE]):
        OutgoingEmail.objects.filter(pk__in=keys).erase_bodies(at)
