"""Documents of an event that a visitor may download."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from events.models import EventPage
from home.access import is_member, may_download
from home.models import SiteDocument
from home.prefetch.facts import facts_of
from home.prefetch.parts import parts_of


@dataclass(frozen=True)
class File:
    """A download listed on the event's page. `document`, if there is one, gives its format and size."""

    title: str
    url: str
    document: SiteDocument | None = None


@dataclass
class Files:
    """Downloads of one visitor.

    `reserved` says that members have more of them; not even their names are disclosed.
    """

    open: list[File] = field(default_factory=list)
    reserved: bool = False


def files_for(event: EventPage, request: HttpRequest, today: date) -> Files:
    """Return the invitations, then the attachments, each document once. Two queries.

    Without invitations on a site where members have no page for them.
    """
    files, told, user, parts = Files(), set(), request.user, parts_of(request)
    facts = facts_of(request)
    invitations = facts.get(
        ("invitations", event.pk, today), lambda: list(invitations_of(event, today))
    )
    for invitation in invitations:
        told.add(invitation.document_id)
        address = parts.url("invitations", "download", pk=invitation.pk)
        if not (is_member(user) or user.is_superuser):
            files.reserved = True
        elif address:
            files.open.append(File(invitation.title, address, invitation.document))
    for document in facts.get(("attachments", event.pk), lambda: attachments_of(event)):
        if document.pk in told:
            continue
        if may_download(user, document):
            files.open.append(File(document.title, document.url, document))
        else:
            files.reserved = True
    return files


def invitations_of(event: EventPage, today: date) -> Any:
    """Return the members' invitations, whose model (with its `invitations` relation) is in another app."""
    if not event.pk:
        return []
    return event.invitations.available(today).for_member(ambassador=False).for_list()


def attachments_of(event: EventPage) -> list[SiteDocument]:
    attached = event.attachments.all()
    if not isinstance(attached, QuerySet):  # a preview has the draft's unsaved objects
        return [one.document for one in attached]
    return [one.document for one in attached.select_related("document__collection")]
