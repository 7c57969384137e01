"""What the directory forgets, as its forms and its mails promise. May run as often as one likes."""

from datetime import datetime, timedelta

from django.utils import timezone

from directory.membership.referrals import KEPT
from directory.models import (
    CardOpenings,
    ColleagueInvitation,
    ContactMessage,
    InvitationDownload,
    JoinRequest,
    MemberImport,
)
from home.batches import one_by_one
from home.models import SiteSettings
from home.privacy.retention import delete

UNCONFIRMED_KEPT = timedelta(days=7)
MESSAGES_KEPT = timedelta(days=180)
REFUSED_KEPT = timedelta(days=90)
IMPORTS_KEPT = timedelta(days=1)
OPENINGS_KEPT = timedelta(days=30)


def forget_messages(at: datetime) -> None:
    """What members wrote to each other, once it is old; what was reported stays until the team has handled it."""
    old = ContactMessage.objects.filter(sent_at__lt=at - MESSAGES_KEPT)
    delete(old.filter(reported_at=None))
    delete(old.filter(handled_at__lt=at - MESSAGES_KEPT))


def forget_downloads(at: datetime) -> None:
    """Who downloaded an invitation, after the days that the settings say."""
    kept = timedelta(days=SiteSettings.of_network().downloads_kept_days)
    delete(InvitationDownload.objects.filter(downloaded_at__lt=at - kept))


def forget_colleagues(at: datetime) -> None:
    """People whom a member invited and who did not ask to join."""
    delete(ColleagueInvitation.objects.filter(sent_at__lte=at - KEPT))


def forget_imports(at: datetime) -> None:
    """Spreadsheets that nobody confirmed: the row, and the file with it."""
    old = MemberImport.objects.filter(confirmed_at=None, brought_at__lt=at - IMPORTS_KEPT)
    one_by_one(old, MemberImport.delete)


def forget_openings(at: datetime) -> None:
    """How many cards each member opened."""
    delete(CardOpenings.objects.filter(day__lt=timezone.localdate(at - OPENINGS_KEPT)))


def forget_join_requests(at: datetime) -> None:
    """Requests that nobody confirmed, then those that were refused three months ago."""
    requests = JoinRequest.objects.all()
    delete(requests.filter(state=JoinRequest.State.SENT, sent_at__lt=at - UNCONFIRMED_KEPT))
    delete(requests.filter(state=JoinRequest.State.REFUSED, decided_at__lt=at - REFUSED_KEPT))
