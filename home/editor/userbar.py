"""Wagtail's content checker with the rules of this site; it works in the editor and in the bar of pages."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Page

from home.editor.content_checks import Fault

#: A check of axe that fails on an element without words, as the marks of remarks are.
ALWAYS_FAILS = {"id": "remarque", "evaluate": "has-text-content-evaluate"}


class SiteChecker(ContentCheckerItem):
    """What Wagtail checks, and the remarks that a preview carries (`components/remarks.html`)."""

    axe_run_only = [
        *ContentCheckerItem.axe_run_only,
        "image-alt",
        "empty-table-header",
        *(f"remarque-{fault.code}" for fault in Fault),
    ]
    axe_custom_rules = [
        *ContentCheckerItem.axe_custom_rules,
        *(
            {
                "id": f"remarque-{fault.code}",
                "impact": "moderate",
                "selector": f'[data-remark="{fault.code}"]',
                "tags": ["best-practice"],
                "any": [ALWAYS_FAILS["id"]],
                "enabled": True,
            }
            for fault in Fault
        ),
    ]
    axe_custom_checks = [*ContentCheckerItem.axe_custom_checks, ALWAYS_FAILS]
    axe_messages = ContentCheckerItem.axe_messages | {
        "image-alt": {
            "error_name": Fault.IMAGE_TEXT.title,
            "help_text": Fault.IMAGE_TEXT.advice,
        },
        "empty-meta-description": {
            "error_name": Fault.SUMMARY.title,
            "help_text": Fault.SUMMARY.advice,
        },
        "heading-order": {
            "error_name": "Saut de niveau dans les intertitres",
            "help_text": "Une sous-partie vient après une partie : ne sautez pas de niveau.",
        },
        **{
            f"remarque-{fault.code}": {"error_name": fault.title, "help_text": fault.advice}
            for fault in Fault
        },
    }


def use_site_checker(request: HttpRequest, items: list[Any], page: Page | None) -> None:
    """In the place of Wagtail's own, wherever it stands."""
    for position, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[position] = SiteChecker(in_editor=item.in_editor)
