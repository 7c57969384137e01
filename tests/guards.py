"""Checks of every response in the tests, as middleware."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def no_csrf_field_without_origin(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse a CSRF field on a no-referrer page: browsers could not post its form (docs/decisions/0012)."""

    def check(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Referrer-Policy") == "no-referrer" and not response.streaming:
            assert b"csrfmiddlewaretoken" not in response.content, request.path
        return response

    return check
