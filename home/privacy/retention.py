"""Retention periods of newsletter subscribers, outgoing mail and task results. All functions are idempotent."""

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
#: Rows per write. SQLite has a single writer, and the others wait for it.
SLICE = 500


def forget_subscribers(at: datetime) -> None:
    """Delete addresses not confirmed within 7 days, and subscribers who left over 3 years ago, with their consents."""
    limit = at - UNCONFIRMED_KEPT
    asked_again = Consent.objects.filter(given_at__gte=limit).values("subscriber")
    old = Subscriber.objects.unconfirmed().filter(created_at__lt=limit)
    delete(old.exclude(pk__in=asked_again))
    delete(Subscriber.objects.gone().filter(left_at__lt=at - LEFT_KEPT))


def forget_mail(at: datetime) -> None:
    """Blank unsent secret messages after 2 days and sent bodies after 30, and delete rows after 365."""
    written = OutgoingEmail.objects.filter(blanked_at__isnull=True)
    erase(written.filter(secret=True, queued_at__lt=at - SECRETS_KEPT, due_at=None), at)
    erase(written.filter(state=OutgoingEmail.State.SENT, sent_at__lt=at - BODIES_KEPT), at)
    delete(OutgoingEmail.objects.filter(due_at=None, queued_at__lt=at - MESSAGES_KEPT))


def forget_tasks(at: datetime) -> None:
    """Delete task results after 14 days, including rows left as running by a killed worker."""
    delete(DBTaskResult.objects.finished().filter(finished_at__lt=at - TASKS_KEPT))
    delete(DBTaskResult.objects.running().filter(started_at__lt=at - TASKS_KEPT))


def delete(rows: QuerySet) -> None:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:SLICE]):
        rows.model._default_manager.filter(pk__in=keys).delete()


def erase(rows: QuerySet[OutgoingEmail], at: datetime) -> None:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:SLICE]):
        OutgoingEmail.objects.filter(pk__in=keys).erase_bodies(at)
