"""The draft of a past event's recap: asked for by a button, or made by the clock the day after. Never two."""

from datetime import datetime, timedelta

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

from events.models import EventPage, RecapPage
from events.models.attendance import attendance_of
from events.models.dates import local, midnight
from events.recaps.notes import with_notes
from events.recaps.sentences import body_of, lead_of, title_of
from home.access import Account
from home.models import NewsIndexPage, PageTheme
from home.page_import.notes import blocks_of

#: In the event's history. A draft that was deleted is not made again by itself.
DRAFTED = "events.recap_drafted"
#: How long after an event its draft is still made by itself, should the clock have stopped.
MADE_DURING = timedelta(days=7)


class NoPlaceForRecap(Exception):
    """There is no live news index, or the editor may not add pages to it."""


def draft_recap(*, event: EventPage, by: Account | None, notes: str = "") -> RecapPage:
    """Return the event's recap, or a new draft with what is known of the event and the notes. Never create two.

    `by` is None for the clock. Notes are only for a new draft: see `events.recaps.notes` for one that exists.
    """
    with transaction.atomic():
        # Two people at once: the second waits here. The field `event` is unique in any case.
        event = EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
        recap = RecapPage.objects.filter(event=event).first()
        return recap or write_draft(event, by=by, notes=notes)


def draft_due_recaps(now: datetime) -> None:
    """Make the drafts of the events that ended before today, once each (job of the clock)."""
    today = midnight(local(now).date())
    ended = EventPage.objects.to_tell(now).filter(ends_at__lte=today, ends_at__gt=now - MADE_DURING)
    drafted = PageLogEntry.objects.filter(action=DRAFTED).values("page_id")
    for event in ended.filter(recap=None).exclude(pk__in=drafted):
        if NewsIndexPage.objects.live().exists():
            draft_recap(event=event, by=None)


def write_draft(event: EventPage, *, by: Account | None, notes: str) -> RecapPage:
    news = NewsIndexPage.objects.live().first()
    if news is None or (by is not None and not news.permissions_for_user(by).can_add_subpage()):
        raise NoPlaceForRecap
    attendance = attendance_of(event)
    titles = [session.title for session in event.sessions.all()]
    recap = RecapPage(
        title=title_of(event),
        lead=lead_of(event, attendance),
        body=with_notes(list(body_of(event, attendance)), blocks_of(notes, titles)),
        event=event,
        attendance=attendance.people or None,
        main_image=event.main_image,
        main_image_alt=event.main_image_alt,
        main_image_decorative=event.main_image_decorative,
        live=False,
        owner=by or event.owner,
    )
    recap.page_themes = [PageTheme(theme=link.theme) for link in event.page_themes.all()]
    news.add_child(instance=recap)
    recap.save_revision(user=by, log_action=True)
    log(event, DRAFTED, user=by)
    return recap
