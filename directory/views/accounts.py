"""Accounts: what allauth does not do."""

from typing import Any

from allauth.account.views import LogoutView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class LogOutView(LogoutView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The back button of a shared computer shows nothing that was private."""
        response = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def to_log_in(request: HttpRequest) -> HttpResponse:
    """Wagtail's own log-in pages lead to the one log-in; who is logged in without the right is told so.

    Sent to the log-in they would come back at once, and go round for ever.
    """
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    query = request.META["QUERY_STRING"]
    return redirect(reverse("account_login") + (f"?{query}" if query else ""))
