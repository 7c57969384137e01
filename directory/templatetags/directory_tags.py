"""Template tags of the members' section: its navigation, and the button that bookmarks a page."""

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template import Context
from wagtail.models import Page

from directory.accounts.bookmarks import address_to_save, place_of
from directory.models import Bookmark
from home.access import is_member
from home.pages.navigation import MenuItem
from home.prefetch.parts import parts_of

register = template.Library()

#: Entries of the section's navigation: role, route, title, and whether the entry is current below its URL too.
SECTION = (
    ("membres", "section_home", "Accueil de l’espace", False),
    ("annuaire", "directory", "Annuaire", True),
    ("invitations", "invitations", "Invitations", False),
    ("membres", "own_registrations", "Mes inscriptions", False),
    ("membres", "own_bookmarks", "Mes enregistrements", False),
    ("membres", "own_messages", "Messages reçus", True),
    ("membres", "own_card", "Ma fiche", False),
    ("membres", "invite", "Inviter un·e collègue", False),
    ("membres", "own_data", "Mes données", False),
)
#: Those of somebody with an account who is not a member.
FOR_ANY_ACCOUNT = SECTION[-1:]


@register.inclusion_tag("directory/components/section_nav.html", takes_context=True)
def section_nav(context: Context) -> dict[str, Any]:
    """Return the entries that the visitor may open, without those of pages that editors have unpublished."""
    request = context["request"]
    parts, items = parts_of(request), []
    is_inside = is_member(request.user) or request.user.is_superuser
    for part, route, title, holds in SECTION if is_inside else FOR_ANY_ACCOUNT:
        address = parts.url(part, route)
        here = request.path.startswith(address) if holds else request.path == address
        if address:
            items.append(MenuItem(title, address, "page" if here else ""))
    return {"items": items, "is_home": request.path == parts.url("membres")}


@register.inclusion_tag("directory/components/save_button.html", takes_context=True)
def save_button(context: Context, page: Page) -> dict[str, Any]:
    """Render the button that bookmarks the page, for members. The public gets a link through the log-in, cacheable."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {"page": None, "log_in": address_to_save(request, page) if page.pk else ""}
    if not is_member(request.user):
        return {"page": None, "log_in": ""}
    place = place_of(request)
    saved = Bookmark.objects.filter(user=request.user, page=page.pk).first()
    return {
        "page": page if place else None,
        "place": place,
        "saved": saved,
        "csrf_token": get_token(request),
    }
