"""Headers that say what a page may do: a strict policy for the site, others for accounts and the back office. Answers to HEAD."""

from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """django-csp's middleware, with settings.BACK_OFFICE_POLICY below /admin/ and in previews, ACCOUNT_POLICY below /compte/.

    Wagtail renders previews with a dummy request to the page's URL and shows them in an iframe of the back office.
    Every answer carries the other headers too, unless its view has set one.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if request.path_info.startswith("/admin/") or hasattr(request, "is_dummy"):
            parts.config = settings.BACK_OFFICE_POLICY
        elif request.path_info.startswith("/compte/"):
            parts.config = settings.ACCOUNT_POLICY
        return parts

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        answer: HttpResponseBase = super().process_response(request, response)
        return answer


def head_without_body(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: answer HEAD with the headers of a GET alone. Servers warn of each body that they have to drop."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method != "HEAD":
            return response
        length = response.headers.get("Content-Length")
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = iter(())  # files are closed with the response
        elif isinstance(response, HttpResponse):
            response.content = b""
        if length is not None:
            response.headers["Content-Length"] = length
        return response

    return respond
