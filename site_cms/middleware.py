"""Content-Security-Policy: a strict one for the site, another for the back office."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """django-csp's, where addresses below /admin/ get settings.BACK_OFFICE_POLICY, and so do previews: Wagtail
    makes them by a request of its own to the page's address, and shows the answer in a frame of the back office.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        in_back_office = request.path_info.startswith("/admin/") or hasattr(request, "is_dummy")
        if in_back_office and not report_only:
            parts.config = settings.BACK_OFFICE_POLICY
        return parts
