"""What the clock reminds people of: requests that wait for an answer, cards that nobody confirmed for a year.

Each may run as often as one likes: what was said is written on the row that it was said of, in the same transaction.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime

from directory import emails
from directory.models import JoinRequest, User
from home.batches import one_by_one

#: The hour of Paris at which the team is told of the requests of the day before.
DIGEST_HOUR = 8


def announce_requests(at: datetime) -> None:
    """The team's digest, once a day from eight o'clock; nothing when nobody new waits."""
    eight = localtime(at).replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if at < eight:
        eight -= timedelta(days=1)
    with transaction.atomic():
        requests = list(JoinRequest.objects.to_announce(eight).select_for_update(of=("self",)))
        for moderator in moderators() if requests else []:
            emails.requests_to_decide(requests, moderator, day=eight.date())
        JoinRequest.objects.filter(pk__in=[one.pk for one in requests]).update(announced_at=at)


def tell_of_late_requests(at: datetime) -> None:
    """After two days without an answer: one reminder to the team, one word to the applicant."""
    one_by_one(untold(at), lambda request: tell_of_late_request(request.pk, at))


@transaction.atomic
def tell_of_late_request(pk: int, at: datetime) -> None:
    # Lock the request: another clock may be writing about it, or the team deciding, at this moment.
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
