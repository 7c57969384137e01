"""Deletion of the directory's data after the retention periods announced in forms and e-mails. Idempotent."""

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
    """Delete messages between members after 180 days; reported ones 180 days after staff have handled them."""
    old = ContactMessage.objects.filter(sent_at__lt=at - MESSAGES_KEPT)
    delete(old.filter(reported_at=None))
    delete(old.filter(handled_at__lt=at - MESSAGES_KEPT))


def forget_downloads(at: datetime) -> None:
    """Delete records of downloads after the number of days in the site settings."""
    kept = timedelta(days=SiteSettings.of_network().downloads_kept_days)
    delete(InvitationDownload.objects.filter(downloaded_at__lt=at - kept))


def forget_colleagues(at: datetime) -> None:
    """Delete invitations to colleagues once their link has expired."""
    delete(ColleagueInvitation.objects.filter(sent_at__lte=at - KEPT))


def forget_imports(at: datetime) -> None:
    """Delete imports that were not confirmed within a day, with their file."""
    old = MemberImport.objects.filter(confirmed_at=None, brought_at__lt=at - IMPORTS_KEPT)
    one_by_one(old, MemberImport.delete)


def forget_openings(at: datetime) -> None:
    """Delete counts of opened cards after 30 days."""
    delete(CardOpenings.objects.filter(day__lt=timezone.localdate(at - OPENINGS_KEPT)))


def forget_join_requests(at: datetime) -> None:
    """Delete requests that were not confirmed within 7 days, and those refused more than 90 days ago."""
    requests = JoinRequest.objects.all()
    delete(requests.filter(state=JoinRequest.State.SENT, sent_at__lt=at - UNCONFIRMED_KEPT))
    delete(requests.filter(state=JoinRequest.State.REFUSED, decided_at__lt=at - REFUSED_KEPT))
