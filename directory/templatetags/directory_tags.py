"""What the directory offers to the templates of others: a button that saves a page."""

from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template import Context
from wagtail.models import Page

from directory.models import Bookmark
from home.access import is_member

register = template.Library()


@register.inclusion_tag("directory/components/save_button.html", takes_context=True)
def save_button(context: Context, page: Page) -> dict[str, Any]:
    """« Enregistrer dans mon espace », for members; nothing for anyone else, so that public pages stay the same for all."""
    request = context["request"]
    if not is_member(request.user):
        return {"page": None}
    saved = Bookmark.objects.filter(user=request.user, page=page.pk).first()
    return {"page": page, "saved": saved, "csrf_token": get_token(request)}
