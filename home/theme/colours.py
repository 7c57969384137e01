"""The colours that staff chose for their network, as a stylesheet: a strict CSP leaves no other way.

Only daylight changes: the night colours were computed for contrast against the dark page.
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
    """Its address carries a print of the colours, so that it is kept for ever."""
    return HttpResponse(rules(SiteSettings.for_request(request)), content_type="text/css")
