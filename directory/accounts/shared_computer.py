"""« Ordinateur partagé » at the log-in: the session ends with the browser, or after half an hour without a page.

In a town hall or a third place, what the directory showed must not wait for whoever sits down next.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: The box of the form, and the key of the session: when it was used last.
BOX, LAST_USED = "partage", "shared_computer"
IDLE, MINUTE = 30 * 60, 60

View = Callable[..., HttpResponseBase]


def asking(view: View) -> View:
    """A first step of the log-in, with the box. The choice waits in the session: a code or a second factor may follow."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            if BOX in request.POST:
                request.session[LAST_USED] = time.time()
            else:
                request.session.pop(LAST_USED, None)
        return view(request, *args, **kwargs)

    return answer


def shared_computer(get_response: View) -> View:
    """Middleware. A visitor without a session costs nothing, and varies no cached page."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            end_when_idle(request, time.time())
        response = get_response(request)
        session = request.session
        is_shared = session.accessed and LAST_USED in session
        if is_shared and not session.get_expire_at_browser_close():
            session.set_expiry(0)
        return response

    return respond


def end_when_idle(request: HttpRequest, now: float) -> None:
    last_used = request.session.get(LAST_USED)
    if last_used is None or not request.user.is_authenticated:
        return
    if now - last_used >= IDLE:
        logout(request)
    elif now - last_used >= MINUTE:  # one write a minute, not one a page
        request.session[LAST_USED] = now
