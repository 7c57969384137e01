"""Sessions on a shared computer (« Ordinateur partagé »): they end with the browser, or after 30 minutes of inactivity.

In a town hall or a third place, the next user of the computer must not find the directory open.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: The form's checkbox, and the session key with the time of the last request.
BOX, LAST_USED = "partage", "shared_computer"
IDLE, MINUTE = 30 * 60, 60

View = Callable[..., HttpResponseBase]


def asking(view: View) -> View:
    """Decorate a first step of the log-in: store the choice in the session, since a code or a second factor may follow."""

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
    """Middleware: end idle sessions of shared computers. Without a session cookie, pages stay cacheable."""

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
    elif now - last_used >= MINUTE:  # one write per minute, not per page
        request.session[LAST_USED] = now
