"""Stylesheet of the colours chosen by staff. A separate file, because the CSP forbids inline styles.

Only the light theme changes: the colours of the dark theme are chosen for contrast on a dark background.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from home.models import SiteSettings


def rules(identity: SiteSettings) -> str:
    chosen = {
        "--brique": identity.colour_action,
        "--panel-brick": identity.colour_action,
        "--marais": identity.colour_links,
        "--panel": identity.colour_links,
    }
    lines = "".join(f"{name}:{colour};" for name, colour in chosen.items() if colour)
    return f"@media (prefers-color-scheme: light){{:root{{{lines}}}}}" if lines else ""


@cache_control(public=True, max_age=31_536_000, immutable=True)
def colours(request: HttpRequest) -> HttpResponse:
    """Serve the custom colours. Cached forever, because the URL contains a hash of them (`colours_address`)."""
    return HttpResponse(rules(SiteSettings.for_request(request)), content_type="text/css")
