"""Template tags of `base.html`: menu, breadcrumb, userbar, alert."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from home.access import is_only_member
from home.models import SiteSettings
from home.pages.navigation import MenuItem, breadcrumb_of, menu_of
from home.prefetch.parts import parts_of

register = template.Library()


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> list[MenuItem]:
    request = context.get("request")
    return menu_of(request) if request else []


@register.simple_tag(takes_context=True)
def part_url(context: Context, part: str, route: str = "", **arguments: Any) -> str:
    """Return the URL of the page with this role, or of one of its named routes; empty if there is none.

    `{% part_url "agenda" %}`, `{% part_url "annuaire" "card" slug=card.slug %}`. Components included with `only` may use it:
    it finds the request by itself.
    """
    request = context.get("request") or getattr(context, "request", None)
    return parts_of(request).url(part, route, **arguments) if request else ""


@register.simple_tag(takes_context=True)
def breadcrumb_items(context: Context) -> list[MenuItem]:
    """Return the page's breadcrumb; empty without a page, when the view fills the block `breadcrumb`."""
    page, request = context.get("page"), context.get("request")
    return breadcrumb_of(page, request) if page and request else []


@register.simple_tag(takes_context=True)
def may_have_userbar(context: Context) -> bool:
    """Return whether the user may have permissions shown in Wagtail's userbar, which makes queries to check them."""
    user = getattr(context.get("request"), "user", None)
    return user is not None and user.is_authenticated and not is_only_member(user)


@register.simple_tag(takes_context=True)
def is_logged_in(context: Context) -> bool:
    """Return whether the visitor has an account. Components included with `only` may use it."""
    request = context.get("request") or getattr(context, "request", None)
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


@register.simple_tag(takes_context=True)
def alert_text(context: Context) -> str:
    request = context.get("request")
    if request is None:
        return ""
    return SiteSettings.for_request(request).alert_at(timezone.now())
