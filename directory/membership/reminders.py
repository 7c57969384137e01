"""Reminders about join requests, sent by the clock.

Idempotent: each reminder is recorded on the request in the transaction that sends it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime

from directory import emails
from directory.models import JoinRequest, User
from home.batches import one_by_one

#: Hour, in Paris, of the team's daily digest.
DIGEST_HOUR = 8


def announce_requests(at: datetime) -> None:
    """Send the digest of new requests to the team, once a day after 8:00. Send nothing without new requests."""
    eight = localtime(at).replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if at < eight:
        eight -= timedelta(days=1)
    with transaction.atomic():
        requests = list(JoinRequest.objects.to_announce(eight).select_for_update(of=("self",)))
        for moderator in moderators() if requests else []:
            emails.requests_to_decide(requests, moderator, day=eight.date())
        JoinRequest.objects.filter(pk__in=[one.pk for one in requests]).update(announced_at=at)


def tell_of_late_requests(at: datetime) -> None:
    """Write once to the team and to the applicant when a request has had no answer for two days."""
    one_by_one(untold(at), lambda request: tell_of_late_request(request.pk, at))


@transaction.atomic
def tell_of_late_request(pk: int, at: datetime) -> None:
    # Lock the request: another clock may send the reminder, or staff decide, at the same time.
    request = untold(at).select_for_update(of=("self",)).filter(pk=pk).first()
    if request is None:
        return
    emails.request_still_waits(request)
    for moderator in moderators():
        emails.request_is_late(request, moderator)
    request.late_told_at = at
    request.save(update_fields=["late_told_at"])


def untold(at: datetime) -> QuerySet[JoinRequest]:
    return JoinRequest.objects.late(at).filter(late_told_at=None)


def moderators() -> list[User]:
    return list(User.objects.who_may("change_joinrequest"))
