"""Template tags for other apps: the button that bookmarks a page."""

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template import Context
from wagtail.models import Page

from directory.accounts.bookmarks import address_to_save
from directory.models import Bookmark
from home.access import is_member

register = template.Library()


@register.inclusion_tag("directory/components/save_button.html", takes_context=True)
def save_button(context: Context, page: Page) -> dict[str, Any]:
    """Render the button that bookmarks the page, for members. The public gets a link through the log-in, cacheable."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {"page": None, "log_in": address_to_save(page) if page.pk else ""}
    if not is_member(request.user):
        return {"page": None, "log_in": ""}
    saved = Bookmark.objects.filter(user=request.user, page=page.pk).first()
    return {"page": page, "saved": saved, "csrf_token": get_token(request)}
