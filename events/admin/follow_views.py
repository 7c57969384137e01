"""Back-office views that let sessions and deadline follow a start that was changed in the editing form."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from events.admin.drafts import keep_draft
from events.admin.edition_changes import changes_of
from events.models import EventPage
from events.models.event_form import is_left_behind
from events.models.shift import let_follow
from home.access import AccountRequest
from home.responses import private


def draft_for(request: AccountRequest, pk: int) -> tuple[EventPage, EventPage]:
    """Return the draft that this person may edit, and the page as stored."""
    stored = get_object_or_404(EventPage, pk=pk)
    rights = stored.permissions_for_user(request.user)
    if not rights.can_edit() or rights.page_locked():
        raise PermissionDenied
    return stored.get_latest_revision_as_object(), stored


@require_safe
def follow_notice(request: AccountRequest, pk: int) -> HttpResponse:
    draft, _stored = draft_for(request, pk)
    context = {"event": draft, "late": is_left_behind(draft)}
    return private(render(request, "events/admin/follow_notice.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: AccountRequest, pk: int) -> HttpResponse:
    """Show what would move in the draft; POST moves it."""
    draft, stored = draft_for(request, pk)
    before = stored.get_latest_revision_as_object()
    let_follow(draft, stored)
    changes = changes_of(draft, before)
    if request.method != "POST":
        return private(
            render(request, "events/admin/follow.html", {"event": draft, "changes": changes})
        )
    if changes:
        keep_draft(draft, by=request.user)
        messages.success(request, "Les sessions et la date limite ont suivi, dans le brouillon.")
    return redirect("wagtailadmin_pages:edit", pk)
