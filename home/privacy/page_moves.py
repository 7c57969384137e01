"""Hooks that prevent private content from becoming public when it is copied, aliased or moved."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.models import Collection, Page, PageViewRestriction

from home.access import is_restricted
from home.models import SiteImage

REFUSED = (
    "«\u00a0{title}\u00a0» est réservée aux membres du réseau\u00a0: "
    "elle ne peut pas prendre place dans la partie publique du site."
)


def refuse_public_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse a copy or alias of a private page in a public branch: restrictions are not copied.

    Hook `before_copy_page`.
    """
    target = page_named(request.POST.get("new_parent_page", "")) or page.get_parent()
    if request.method != "POST" or is_restricted(AnonymousUser(), target):
        return None
    with_children = bool(request.POST.get("copy_subpages"))
    if is_restricted(AnonymousUser(), page) or (with_children and holds_restrictions(page)):
        return refusal(request, [page])
    return None


def refuse_public_move(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    """Refuse to move a page to a public branch if its restriction is inherited, since only its own moves with it.

    Hook `before_move_page`.
    """
    return refusal(request, [page]) if would_open(page, destination) else None


def refuse_public_moves(
    request: HttpRequest, action: str, pages: Iterable[Any], view: Any
) -> HttpResponse | None:
    """Apply the same rule to a bulk move. Hook `before_bulk_action`."""
    destination = page_named(request.POST.get("chooser", ""))
    if action != "move" or destination is None:
        return None
    opened = [page for page in pages if isinstance(page, Page) and would_open(page, destination)]
    return refusal(request, opened) if opened else None


def refuse_private_pictures(
    request: HttpRequest, action: str, pictures: Iterable[Any], view: Any
) -> HttpResponse | None:
    """Refuse to add images to a private collection: images are always public, so it would not protect them.

    Hook `before_bulk_action`.
    """
    collection = request.POST.get("collection", "")
    if action != "add_to_collection" or not issubclass(view.model, SiteImage):
        return None
    chosen = Collection.objects.filter(pk=collection).first() if collection.isdecimal() else None
    if chosen is None or not chosen.get_view_restrictions():
        return None
    messages.error(request, SiteImage.ALWAYS_PUBLIC)
    return redirect("wagtailimages:index")


def holds_pictures(collection: Collection) -> bool:
    """Return whether the collection or a descendant contains an image."""
    return SiteImage.objects.filter(collection__path__startswith=collection.path).exists()


def public_aliases(page: Page) -> list[Page]:
    """Return the live aliases of the page and its descendants that are public and outside its branch."""
    aliases = Page.objects.live().filter(alias_of__path__startswith=page.path)
    outside = aliases.exclude(path__startswith=page.path).order_by("path")
    visitor = AnonymousUser()
    return [alias.specific_deferred for alias in outside if not is_restricted(visitor, alias)]


def would_open(page: Page, destination: Page) -> bool:
    if page.view_restrictions.exclude(restriction_type=PageViewRestriction.NONE).exists():
        return False
    visitor = AnonymousUser()
    return is_restricted(visitor, page) and not is_restricted(visitor, destination)


def holds_restrictions(page: Page) -> bool:
    return PageViewRestriction.objects.filter(page__in=page.get_descendants()).exists()


def page_named(key: str) -> Page | None:
    return Page.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None


def refusal(request: HttpRequest, pages: Iterable[Page]) -> HttpResponse:
    pages = list(pages)
    for page in pages:
        messages.error(request, REFUSED.format(title=page.get_admin_display_title()))
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)
