"""From a past event to the draft of its recap."""

from typing import Any

from django.db import transaction

from events.models import EventPage, RecapPage
from home.models import NewsIndexPage, PageTheme


class NoPlaceForRecap(Exception):
    """There is no list of news, or this editor may not write in it."""


def draft_recap(*, event: EventPage, by: Any) -> RecapPage:
    """The recap of the event: the one that exists, else a draft that names the event and its themes. Never two."""
    with transaction.atomic():
        event = EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
        recap = RecapPage.objects.filter(event=event).first()
        return recap or write_draft(event, by=by)


def write_draft(event: EventPage, *, by: Any) -> RecapPage:
    news = NewsIndexPage.objects.live().first()
    if news is None or not news.permissions_for_user(by).can_add_subpage():
        raise NoPlaceForRecap
    recap = RecapPage(
        title=f"Retour sur : {event.title}"[:255],
        event=event,
        main_image=event.main_image,
        main_image_alt=event.main_image_alt,
        live=False,
        owner=by,
    )
    recap.page_themes = [PageTheme(theme=link.theme) for link in event.page_themes.all()]
    news.add_child(instance=recap)
    recap.save_revision(user=by, log_action=True)
    return recap
