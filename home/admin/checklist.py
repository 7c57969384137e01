"""« Avant de publier » beside its screen: asked for while the draft is saved, said once published, and held in bulk."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin import messages
from wagtail.models import Page

from home.access import AccountRequest
from home.editor.checklist import checklist_of
from home.french import count_of
from home.models import BasePage
from home.responses import private


def show_checklist(request: AccountRequest, pk: int) -> HttpResponse:
    """Answer with the checklist of a page's latest draft, for its screen."""
    page = get_object_or_404(Page, pk=pk)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    checklist = checklist_of(page.get_latest_revision_as_object())
    context = {"checklist": checklist, "address": ""}
    return private(render(request, "home/admin/checklist.html", context))


def tell_what_is_left(request: HttpRequest, page: Page) -> None:
    """Say, once a page is published, what its checklist still advises (hook `after_publish_page`)."""
    checklist = checklist_of(page.specific)
    if checklist and checklist.advised:
        number = count_of(len(checklist.advised), "point à regarder,points à regarder")
        titles = "\u202f; ".join(line.title for line in checklist.advised)
        button = messages.button(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), "Revoir la page"
        )
        messages.warning(
            request, f"La page est publiée. {number}\u00a0: {titles}.", buttons=[button]
        )


def refuse_unready_pages(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """Refuse to publish in bulk what the form of one page would refuse (hook `before_bulk_action`)."""
    if action_type != "publish" or request.method != "POST":
        return None
    with_children = bool(request.POST.get("include_descendants"))
    pages = [one for one in objects if isinstance(one, Page)]
    for page in published_by(pages, with_children=with_children):
        checklist = checklist_of(page.get_latest_revision_as_object())
        if checklist and checklist.blocking:
            messages.error(
                request,
                f"Rien n’est publié\u00a0: «\u00a0{page.title}\u00a0» n’est pas prête "
                f"({', '.join(line.title for line in checklist.blocking)}). Publiez-la depuis son écran.",
                buttons=[
                    messages.button(
                        reverse("wagtailadmin_pages:edit", args=[page.pk]), "Ouvrir la page"
                    )
                ],
            )
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


def published_by(pages: Iterable[Page], *, with_children: bool) -> Iterator[BasePage]:
    for page in pages:
        yield page.specific
        if with_children:
            yield from page.get_descendants().not_live().specific().iterator()
