"""Views of the back office that belong to events."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from events.models import EventPage
from events.recapping import NoPlaceForRecap, draft_recap


@require_http_methods(["GET", "HEAD", "POST"])
def write_recap(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then make the draft once; whoever comes later finds the same one."""
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
