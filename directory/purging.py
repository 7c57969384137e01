"""What joining forgets, as its form and its mails promise. May run as often as one likes."""

from datetime import datetime, timedelta

from directory.models import JoinRequest
from home.purging import delete

UNCONFIRMED_KEPT = timedelta(days=7)
REFUSED_KEPT = timedelta(days=90)


def forget_join_requests(at: datetime) -> None:
    """Requests that nobody confirmed, then those that were refused three months ago."""
    requests = JoinRequest.objects.all()
    delete(requests.filter(state=JoinRequest.State.SENT, sent_at__lt=at - UNCONFIRMED_KEPT))
    delete(requests.filter(state=JoinRequest.State.REFUSED, decided_at__lt=at - REFUSED_KEPT))
