"""The link of a back-office screen to its chapter of the guide."""

from typing import Any

from django import template
from django.template.context import Context

from home.editor.chapters import chapter_of
from home.editor.guide import title_of

register = template.Library()


@register.inclusion_tag("home/admin/guide_link.html", takes_context=True)
def guide_link(context: Context) -> dict[str, Any]:
    """Link the screen to its chapter; nothing without one. Headers are included with `only`, so the request is not a variable."""
    request = getattr(context, "request", None)
    anchor = chapter_of(request, context.get("page")) if request else ""
    return {"anchor": anchor, "title": title_of(anchor)}
