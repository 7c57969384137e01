"""What no response may do, checked on every one that a test gets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def no_csrf_field_without_origin(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """docs/decisions/0012: browsers could not send the form of such a page."""

    def check(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Referrer-Policy") == "no-referrer" and not response.streaming:
            assert b"csrfmiddlewaretoken" not in response.content, request.path
        return response

    return check
