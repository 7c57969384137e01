"""Template tags for generated covers and avatars."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from home.markup import as_markup
from home.theme.covers import avatar_svg, cover_svg

register = template.Library()


@register.simple_tag
def cover(identifier: object, theme: object = "", shape: str = "") -> SafeString:
    """Draw the cover for an identifier, with a palette chosen by `theme`. `shape` is empty or "wide"."""
    return as_markup(
        cover_svg(str(identifier), str(theme or ""), shape), because="drawn from numbers only"
    )


@register.simple_tag
def avatar(identifier: object, name: str) -> SafeString:
    """Draw an avatar with the initials of `name`."""
    return as_markup(
        avatar_svg(str(identifier), escape(initials(name))), because="initials are escaped"
    )


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
