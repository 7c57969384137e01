"""The card of the desk that sums up the reports on pages."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from wagtail.permissions import page_permission_policy

from home.access import Account, Visitor
from home.admin.desk import Card, Line, Link
from home.admin.reports.base import OFFICE
from home.admin.reports.counts import count_empty_searches
from home.admin.reports.lacks import count_documents_alone, count_pictures_without_text
from home.admin.reports.links import count_broken_links
from home.french import count_of

#: What is counted, in the singular and in the plural; how; the report and what its gesture is called.
COUNTED: tuple[tuple[str, Callable[[Visitor], int], str, str], ...] = (
    ("lien à corriger,liens à corriger", count_broken_links, "liens", "Corriger"),
    (
        "image sans texte alternatif,images sans texte alternatif",
        count_pictures_without_text,
        "images",
        "Décrire",
    ),
    ("PDF sans équivalent accessible,PDF sans équivalent accessible", count_documents_alone, "pdf", "Compléter"),
    (
        "recherche restée sans résultat,recherches restées sans résultat",
        count_empty_searches,
        "recherches",
        "Lire",
    ),
)  # fmt: skip


def quality_card(user: Account, now: datetime) -> Card | None:
    """Count the findings of the reports on published pages. It waits for nobody: no message of Monday is written for it alone."""
    if not page_permission_policy.user_has_any_permission(user, OFFICE):
        return None
    found = ((count(user), names, name, verb) for names, count, name, verb in COUNTED)
    lines = tuple(
        Line(text=count_of(number, names), action=Link(verb, reverse(f"report_{name}")))
        for number, names, name, verb in found
        if number
    )
    if not lines:
        return None
    return Card(
        key="a-ameliorer", order=85, title="À améliorer dans les pages", lines=lines, asks=False
    )
