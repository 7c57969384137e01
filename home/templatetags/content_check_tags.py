"""Template tag for the content checks' remarks in previews."""

from typing import Any

from django import template
from django.utils.text import slugify

from home.editor.content_checks import Fault

register = template.Library()

#: Wagtail's checker finds these by itself in the preview.
SEEN_BY_AXE = {Fault.HEADINGS}


@register.inclusion_tag("components/remarks.html", takes_context=True)
def editor_remarks(context: template.Context) -> dict[str, Any]:
    """Render the page's remarks for the content checker; nothing outside a preview."""
    request, page = context.get("request"), context.get("page")
    if page is None or not getattr(request, "is_preview", False):
        return {"remarks": []}
    found = [remark for remark in page.remarks() if remark.fault not in SEEN_BY_AXE]
    return {
        "remarks": [
            (remark, f"{slugify(remark.words) or remark.fault.code}-{number}")
            for number, remark in enumerate(found, start=1)
        ]
    }
