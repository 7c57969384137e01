"""Drafts of events that the back office writes outside the editing form."""

from events.models import EventPage
from home.access import Account


def keep_draft(event: EventPage, *, by: Account) -> None:
    """Save the draft as the editing form does: a revision, and the page itself as long as it is not public."""
    if not event.live:
        event.save(clean=False)
    event.save_revision(user=by, log_action=True, clean=False)
