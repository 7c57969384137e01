"""Acts on pages that are refused whatever the permissions (`home.models.page_guards`), said in a sentence.

Wagtail's views ask the permissions before their hooks, and would only say that the user may not. These views take
their URLs (in `site_cms.urls`), answer when the page refuses, and call Wagtail's view otherwise.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.pages import copy, delete, move, unpublish
from wagtail.models import Page

from home.models.page_guards import Act, refusal_of


def explained(view: Callable[..., Any], act: Act) -> Callable[..., HttpResponse]:
    """Return the view, which says why the page refuses the act."""

    @never_cache
    @require_admin_access
    def explain(request: HttpRequest, page_key: int, **others: int) -> HttpResponse:
        page = get_object_or_404(Page, pk=page_key)
        sentences = [refusal_of(page, act)]
        if any(sentences) and not stays(page, others):
            return refusal(request, page, sentences)
        return view(request, page_key, *others.values())

    return explain


def no_sites(request: HttpRequest) -> HttpResponse:
    """Answer for Wagtail's screens of sites, where the root page could be changed and the site deleted."""
    raise Http404


def stays(page: Page, others: dict[str, int]) -> bool:
    """Return whether the page moves to the parent that it has, at another rank."""
    return bool(others) and page.get_parent().pk in others.values()


def refusal(request: HttpRequest, page: Page, sentences: Iterable[str]) -> HttpResponse:
    for sentence in filter(None, sentences):
        messages.error(request, sentence)
    parent = page.get_parent()
    return redirect("wagtailadmin_explore", parent.pk if parent else page.pk)


def refuse_bulk_acts(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """Do nothing at all if one of the chosen pages refuses the act, and say why. Hook `before_bulk_action`."""
    if action.model is not Page or action_type not in list(Act):
        return None
    _allowed, others = action.get_actionable_objects()
    left_out = [item for items in others.values() for item in items]
    pages = [item["item"] if isinstance(item, dict) else item for item in left_out]
    sentences = {refusal_of(page, Act(action_type)): page for page in pages}
    sentences.pop("", None)
    if not sentences:
        return None
    return refusal(request, next(iter(sentences.values())), sentences)


delete_page = explained(delete.delete, Act.DELETE)
unpublish_page = explained(unpublish.Unpublish.as_view(), Act.UNPUBLISH)
copy_page = explained(copy.copy, Act.COPY)
confirm_move = explained(move.move_confirm, Act.MOVE)


def choose_destination(request: HttpRequest, page_key: int) -> HttpResponse:
    """Call Wagtail's view, which wants its key by another name."""
    view = move.MoveChooseDestination.as_view()
    return explained(lambda request, key: view(request, page_to_move_id=key), Act.MOVE)(
        request, page_key=page_key
    )
