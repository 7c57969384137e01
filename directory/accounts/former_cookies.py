"""Cookies of before an https site gave them the prefix `__Host-`: they end with one log-in more (docs/decisions/0037)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

SESSION, TOKEN = "sessionid", "csrftoken"


def was_logged_out(request: HttpRequest) -> bool:
    """Return whether the browser still sends the session of before, which the site no longer reads."""
    is_former = settings.SESSION_COOKIE_NAME != SESSION
    return is_former and SESSION in request.COOKIES and not request.user.is_authenticated


def forget_former_cookies(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Delete them, so that the page says it once. Return the response."""
    if was_logged_out(request):
        response.delete_cookie(SESSION)
        response.delete_cookie(TOKEN)
    return response
