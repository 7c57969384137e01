"""The documents of an event, as a visitor may have them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value

from events.models import EventPage
from home.access import closed_collections
from home.models import SiteDocument


@dataclass
class Files:
    """What may be downloaded, and whether something more is kept for members: of that, not even the name is told."""

    open: list[tuple[str, SiteDocument]] = field(default_factory=list)
    reserved: bool = False


def files_for(event: EventPage, user: Any, today: date) -> Files:
    """Invitations and attachments, each document once. One query, and a second where there is a document."""
    files = Files()
    for document in documents_of(event, today):
        if any(document.collection.path.startswith(path) for path in closed_collections(user)):
            files.reserved = True
        else:
            files.open.append((document.invited_as or document.title, document))
    return files


def documents_of(event: EventPage, today: date) -> Iterable[Any]:
    """Each with `invited_as`, the title of the invitation that names it, if one does."""
    attached = event.attachments.all()
    # In a preview the attachments are not rows yet, but objects of the draft.
    drawn = not isinstance(attached, QuerySet)
    keys = [one.document_id for one in attached] if drawn else attached.values("document")
    named = Q(pk__in=keys)
    title: Any = Value("")
    if event.pk:
        # The members' invitations: another app hangs them on every page.
        invitations = event.invitations.available(today).for_member(ambassador=False)
        named |= Q(pk__in=invitations.order_by().values("document"))
        title = Subquery(invitations.filter(document=OuterRef("pk")).values("title")[:1])
    documents = SiteDocument.objects.filter(named).select_related("collection")
    return documents.annotate(invited_as=title).order_by("title", "pk")
