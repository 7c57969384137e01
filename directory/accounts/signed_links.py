"""What pages behind a mailed link have in common: whoever knows the token may press the button."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from home.responses import secret

View = Callable[[HttpRequest, str], HttpResponse]


def personal_link(view: View) -> View:
    """GET shows a button, POST does what it says: the scanners of mail servers open links, they press no button.

    The address is a secret, which no cache, no search engine and no other site hears of; a browser then posts the
    button with `Origin: null`, hence no check of where it comes from.
    """

    @csrf_exempt
    @sensitive_variables("token")
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        return secret(view(request, token))

    return answer
