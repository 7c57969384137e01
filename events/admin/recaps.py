"""Create the draft of a past event's recap."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.models import EventPage, RecapPage
from home.access import Account, AccountRequest
from home.models import NewsIndexPage, PageTheme


class NoPlaceForRecap(Exception):
    """There is no live news index, or the editor may not add pages to it."""


def draft_recap(*, event: EventPage, by: Account) -> RecapPage:
    """Return the event's recap, or a new draft with its event, themes and picture. Never create two."""
    with transaction.atomic():
        event = EventPage.objects.select_for_update(of=("self",)).get(pk=event.pk)
        recap = RecapPage.objects.filter(event=event).first()
        return recap or write_draft(event, by=by)


def write_draft(event: EventPage, *, by: Account) -> RecapPage:
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


@require_http_methods(["GET", "HEAD", "POST"])
def write_recap(request: AccountRequest, pk: int) -> HttpResponse:
    """Ask for confirmation (GET), then create the draft once and open it. Later calls open the same one."""
    event = get_object_or_404(EventPage.objects.past(timezone.now()), pk=pk)
    if not event.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "events/admin/draft_recap.html", {"event": event})
    try:
        recap = draft_recap(event=event, by=request.user)
    except NoPlaceForRecap:
        messages.error(request, "Il n’y a pas de liste d’actualités où vous puissiez écrire.")
        return redirect("wagtailadmin_pages:edit", event.pk)
    return redirect("wagtailadmin_pages:edit", recap.pk)
