"""Wagtail's accessibility checker with this site's rules, in the editor and in the userbar."""

from typing import Any

from django.http import HttpRequest
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Page

from home.editor.content_checks import Fault

#: An axe check that fails on elements without text, which the remarks in the preview are.
ALWAYS_FAILS = {"id": "remarque", "evaluate": "has-text-content-evaluate"}


class SiteChecker(ContentCheckerItem):
    """Wagtail's checks, and the remarks of `home.editor.content_checks` (rendered by `components/remarks.html`)."""

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
    """Replace Wagtail's checker in the userbar, at the same position."""
    for position, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[position] = SiteChecker(in_editor=item.in_editor)
