"""The documents of an event, as a visitor may have them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from events.models import EventPage
from home.access import is_member, may_download
from home.models import SiteDocument


@dataclass(frozen=True)
class File:
    """What stands on the page: a title, where it is, and the document whose format and weight are told, if it is one."""

    title: str
    url: str
    document: SiteDocument | None = None


@dataclass
class Files:
    """What may be downloaded, and whether something more is kept for members: of that, not even the name is told."""

    open: list[File] = field(default_factory=list)
    reserved: bool = False


def files_for(event: EventPage, user: Any, today: date) -> Files:
    """Invitations, then attachments, each document once. Two queries."""
    files, told = Files(), set()
    for invitation in invitations_of(event, today):
        told.add(invitation.document_id)
        if is_member(user) or user.is_superuser:
            files.open.append(File(invitation.title, invitation.url, invitation.document))
        else:
            files.reserved = True
    for document in attachments_of(event):
        if document.pk in told:
            continue
        if may_download(user, document):
            files.open.append(File(document.title, document.url, document))
        else:
            files.reserved = True
    return files


def invitations_of(event: EventPage, today: date) -> Any:
    """The members' invitations: another app hangs them on every page."""
    if not event.pk:
        return []
    return event.invitations.available(today).for_member(ambassador=False).for_list()


def attachments_of(event: EventPage) -> list[SiteDocument]:
    attached = event.attachments.all()
    if not isinstance(attached, QuerySet):  # in a preview they are objects of the draft
        return [one.document for one in attached]
    return [one.document for one in attached.select_related("document__collection")]
