"""Template tag for the content checks' remarks in previews."""

from typing import Any

from django import template
from django.utils.text import slugify

register = template.Library()


@register.inclusion_tag("components/remarks.html", takes_context=True)
def editor_remarks(context: template.Context) -> dict[str, Any]:
    """Render the page's remarks for the content checker; nothing outside a preview."""
    request, page = context.get("request"), context.get("page")
    if page is None or not getattr(request, "is_preview", False):
        return {"remarks": []}
    found = list(page.remarks())
    return {
        "remarks": [
            (remark, f"{slugify(remark.words) or remark.fault.code}-{number}")
            for number, remark in enumerate(found, start=1)
        ]
    }
