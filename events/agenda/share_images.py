"""The line above the title on the pictures of links to events and recaps."""

from events.agenda.labels import when
from events.models import EventPage, RecapPage
from home.theme.share_images import caption_of, dated

STATES = {EventPage.Status.CANCELLED: "Annulé", EventPage.Status.POSTPONED: "Reporté"}


@caption_of.register
def event_caption(event: EventPage) -> str:
    """Return « Le samedi 28 mars 2026, de 9h30 à 17h · Amiens », or the state of an event that does not take place then."""
    state = STATES.get(EventPage.Status(event.status))
    moment = when(event) if event.starts_at and not event.is_postponed else ""
    return " · ".join(filter(None, (state, moment[:1].upper() + moment[1:], event.venue_town)))


@caption_of.register
def recap_caption(recap: RecapPage) -> str:
    return dated(recap)
