"""Confirmation before publishing an event that would promote people or leave sessions overbooked."""

from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.admin import messages
from wagtail.models import Page, Revision

from events.admin.capacity import outcome_of
from events.models import EventPage
from home.responses import private
from home.secret_links import read_signed

SALT = "events.places"


def ask_before_publishing(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Redirect to the confirmation if publishing affects places (hook `before_publish_page`).

    The draft is already saved and validated for publication.
    """
    if not isinstance(page, EventPage) or not outcome_of(page, timezone.now()).is_worth_asking:
        return None
    # Signed, so that this URL cannot publish another revision, which nobody has validated.
    return redirect("events_confirm_places", signing.dumps(page.latest_revision_id, salt=SALT))


def refuse_bulk_publication(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """Refuse to bulk-publish an event whose places are affected (hook `before_bulk_action`).

    The bulk action cannot ask for confirmation; the event's own screen can.
    """
    if action_type != "publish":
        return None
    pages = [one for one in objects if isinstance(one, Page) and one.specific_class is EventPage]
    now = timezone.now()
    for page in pages:
        if outcome_of(page.get_latest_revision_as_object(), now).is_worth_asking:
            messages.error(
                request,
                f"Rien n’est publié\u00a0: le nombre de places de «\u00a0{page.title}\u00a0» concerne des personnes "
                "inscrites. Publiez cet événement depuis son écran.",
            )
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_places(request: HttpRequest, token: str) -> HttpResponse:
    """Show who would be promoted (GET), or publish (POST) unless the outcome has changed since it was read."""
    revision = revision_of(token)
    draft = revision.as_object()
    if not draft.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    if draft.latest_revision_id != revision.pk:
        messages.warning(
            request, "Le brouillon a changé entre-temps\u00a0: relisez-le et publiez-le de nouveau."
        )
        return redirect("wagtailadmin_pages:edit", draft.pk)
    if request.method == "POST":
        if published(request, revision, draft):
            return after(request, draft)
        messages.warning(
            request, "Des inscriptions ont changé entre-temps\u00a0: voici ce qui se passerait."
        )
    context = {
        "event": draft,
        "outcome": outcome_of(draft, timezone.now()),
        "may_read_names": request.user.has_perm("events.view_registration"),
    }
    return private(render(request, "events/admin/confirm_places.html", context))


def revision_of(token: str) -> Revision:
    pk = read_signed(token, salt=SALT, max_age=None)
    return get_object_or_404(Revision.page_revisions, pk=pk)


def published(request: HttpRequest, revision: Revision, draft: EventPage) -> bool:
    with transaction.atomic():
        # The same lock as registration: nobody joins or leaves between the comparison and the publication.
        EventPage.objects.select_for_update(of=("self",)).get(pk=draft.pk)
        if request.POST.get("seen") != outcome_of(draft, timezone.now()).fingerprint:
            return False
        PublishPageRevisionAction(revision, user=request.user, changed=True).execute()
    return True


def after(request: HttpRequest, draft: EventPage) -> HttpResponse:
    """Do what Wagtail does after publishing: show a message and run the `after_publish_page` hooks."""
    messages.success(request, f"«\u00a0{draft.title}\u00a0» est publié.")
    event = EventPage.objects.get(pk=draft.pk)
    for hook in hooks.get_hooks("after_publish_page"):
        if answer := hook(request, event):
            return answer
    return redirect("wagtailadmin_pages:edit", event.pk)
