"""Template tags for the URLs of stylesheets and scripts."""

import hashlib

from django import template
from django.urls import reverse

from home.models import SiteSettings
from home.theme.assets import addresses

register = template.Library()


@register.simple_tag
def stylesheets() -> list[str]:
    return addresses("css/site.css")


@register.simple_tag
def scripts() -> list[str]:
    return addresses("js/site.js")


@register.simple_tag
def colours_address(identity: SiteSettings) -> str:
    """Return the URL of the stylesheet of custom colours, empty without any. It changes with the colours."""
    chosen = identity.colour_action + identity.colour_links
    if not chosen:
        return ""
    version = hashlib.blake2s(chosen.encode(), digest_size=4).hexdigest()
    return f"{reverse('colours')}?v={version}"
