"""Template tags of forms: the CSRF token, for those who need one, and the names of the cookies."""

from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from home.forms.cross_site import tells_no_origin

register = template.Library()


@register.simple_tag(takes_context=True)
def form_token(context: Context) -> SafeString | str:
    """Return the field of the CSRF token for people with an account, and after a post that told no origin.

    Anonymous visitors get none, nor its cookie: the page is the same for all of them (docs/decisions/0035).
    """
    request = context["request"]
    needed = request.method == "POST" and tells_no_origin(request)
    if not needed and not request.user.is_authenticated:
        return ""
    token = get_token(request)
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)


@register.simple_tag
def cookie_names() -> dict[str, str]:
    return {"session": settings.SESSION_COOKIE_NAME, "token": settings.CSRF_COOKIE_NAME}
