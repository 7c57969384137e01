"""Secret links, whose token is the only authentication: the decorator of their views, and reading of signed tokens."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from home.forms.rate_limits import refuse_flood, too_many_posts

View = Callable[..., HttpResponseBase]


def secret_link(view: View) -> View:
    """Decorate a view whose route has a `token`. GET must not change anything, because mail scanners open links.

    Marks the request, so that the `private_responses` middleware sets the headers, on errors too.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and too_many_posts(request, view.__name__):
            return refuse_flood(request)
        return view(request, *args, **kwargs)

    @sensitive_variables()  # outermost: the other decorators hold the token too
    # The token authenticates, and a no-referrer page posts with `Origin: null` (docs/decisions/0012).
    @csrf_exempt
    @sensitive_post_parameters()
    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        vars(request)["is_secret"] = True
        return answer(request, *args, **kwargs)

    vars(marked)["is_secret"] = True
    return marked


def read_signed(token: str, *, salt: str, max_age: timedelta | None) -> Any:
    """Return what was signed with this salt, or None if the token is invalid or too old."""
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature:
        return None
