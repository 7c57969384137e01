"""Checks of every response in the tests, as middleware."""

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

POST_FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>')
ACTION = re.compile(r'\baction="([^"]*)"')


def no_checked_form_without_origin(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse a no-referrer page whose form posts where the origin is checked (docs/decisions/0012).

    Browsers post it with `Origin: null`; over plain HTTP they say nothing else, and the post is refused.
    """

    def check(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Referrer-Policy") == "no-referrer" and not response.streaming:
            for address in addresses_of_forms(request, response):
                assert getattr(resolve(address).func, "csrf_exempt", False), (request.path, address)
        return response

    return check


def addresses_of_forms(request: HttpRequest, response: HttpResponse) -> set[str]:
    """Return the paths that the forms of the page post to."""
    forms = POST_FORM.findall(response.content.decode(errors="replace"))
    actions = [ACTION.search(form) for form in forms]
    return {urlsplit(urljoin(request.path, action[1] if action else "")).path for action in actions}
