"""Which chapter of the writing guide explains a screen of the back office.

Each app registers a function with the hook `register_guide_chapters`. It returns, for the beginning of a view's name or for
`page app.model`, the anchor of a chapter. The longest beginning wins.
"""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

HOOK = "register_guide_chapters"

#: Screens of this app and of Wagtail.
CHAPTERS = {
    "wagtailadmin_home": "se-connecter",
    "wagtailimages": "ecrire-le-compte-rendu-avec-des-photos",
    "wagtaildocs": "deposer-un-document-ou-une-invitation",
    "wagtailsettings": "les-reglages-du-site",
    "wagtailredirects": "les-reglages-du-site",
    "wagtailusers": "qui-peut-quoi",
    "wagtailsnippets_home_theme": "les-reglages-du-site",
    "wagtailadmin_pages:privacy": "reserver-une-page-aux-membres",
    "wagtailadmin_reports": "les-rapports",
    "report_": "les-rapports",
    "replace_address": "les-rapports",
    "report_bilan": "le-bilan-de-lannee",
    "year_figures": "le-bilan-de-lannee",
    "close_year": "le-bilan-de-lannee",
    "reopen_year": "le-bilan-de-lannee",
    "home_outgoingemail": "que-faire-quand-un-e-mail-nest-pas-parti",
    "page home.": "publier-une-actualite",
    "page home.resourcepage": "deposer-un-document-ou-une-invitation",
}


def chapters() -> dict[str, str]:
    return CHAPTERS


def all_chapters() -> dict[str, str]:
    """Return what every app registered."""
    return {
        begin: anchor
        for registered in hooks.get_hooks(HOOK)
        for begin, anchor in registered().items()
    }


def chapter_of(request: HttpRequest, page: Page | None = None) -> str:
    """Return the anchor of the chapter about this screen, or an empty string. `page` is the page that it edits, if any."""
    match = request.resolver_match
    if match is None:
        return ""
    name = (
        f"page {page.cached_content_type.app_label}.{page.cached_content_type.model}"
        if page
        else ""
    )
    if not page and match.view_name == "wagtailadmin_pages:add":
        name = "page {content_type_app_name}.{content_type_model_name}".format(**match.kwargs)
    found = [begin for begin in all_chapters() if (name or match.view_name).startswith(begin)]
    return all_chapters()[max(found, key=len)] if found else ""
