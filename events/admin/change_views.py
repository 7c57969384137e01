"""Back-office views that announce an event's change to registered people."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.models import Page

from events.admin.forms import AnnouncementForm
from events.agenda.labels import differences
from events.messages import emails
from events.messages.announcements import announce, concerned, dismiss
from events.models import EventChange
from home.access import AccountRequest
from home.french import count_of
from home.responses import private


@require_http_methods(["GET", "HEAD", "POST"])
def announce_change(request: AccountRequest, uuid: UUID) -> HttpResponse:
    """Show what a publication changed and preview the e-mail; POST sends it or dismisses the change."""
    if not request.user.has_perm("events.change_registration"):
        raise PermissionDenied
    change = get_object_or_404(EventChange.objects.select_related("event"), uuid=uuid)
    form = AnnouncementForm(request.POST or None, change=change)
    if request.method == "POST" and form.is_valid():
        if "apercu" not in request.POST:
            return answer_change(request, change, form)
        change.note = form.cleaned_data["note"]
    context = {
        "change": change,
        "event": change.event,
        "form": form,
        "differences": differences(change),
        "people": concerned(change).reachable().count(),
        "unreachable": list(concerned(change).unreachable().order_by("name", "pk")),
        "preview": emails.event_changed_preview(change),
    }
    return private(render(request, "events/admin/announce_change.html", context))


def answer_change(
    request: AccountRequest, change: EventChange, form: AnnouncementForm
) -> HttpResponse:
    """Send (« Envoyer ») or dismiss (« Ne pas envoyer »). Only the first decision counts."""
    now = timezone.now()
    if "envoyer" in request.POST:
        people = concerned(change).reachable().count()
        note = form.cleaned_data["note"]
        done = announce(change=change, note=note, by=request.user, now=now)
        said = f"{count_of(people, 'message')} en cours d’envoi aux personnes inscrites."
    else:
        done = dismiss(change=change, by=request.user, now=now)
        said = "Personne n’est prévenu de ce changement."
    if done:
        messages.success(request, said)
    else:
        messages.warning(request, "C’est déjà décidé\u00a0: rien n’a été envoyé de plus.")
    return redirect("wagtailadmin_pages:edit", change.event_id)


def propose_to_announce(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Redirect to a change that registered people should know of (hook `after_publish_page`)."""
    change = EventChange.objects.proposed().filter(event__pk=page.pk).first()
    if change is None:
        return None
    if not request.user.has_perm("events.change_registration"):
        messages.warning(
            request,
            "Des personnes sont inscrites à cet événement : la date, le lieu ou l’état a changé, "
            "et c’est l’animation du réseau qui décide de les prévenir.",
        )
        return None
    return redirect("events_announce_change", change.uuid)
