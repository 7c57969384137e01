"""Content-Security-Policy middleware: a strict policy for the site, another one for the back office."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """django-csp's middleware, with settings.BACK_OFFICE_POLICY below /admin/ and in previews.

    Wagtail renders previews with a dummy request to the page's URL and shows them in an iframe of the back office.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        in_back_office = request.path_info.startswith("/admin/") or hasattr(request, "is_dummy")
        if in_back_office and not report_only:
            parts.config = settings.BACK_OFFICE_POLICY
        return parts
