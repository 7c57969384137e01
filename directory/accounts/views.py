"""Accounts: what allauth does not do."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.views import LogoutView
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from directory.models import MembersPage
from home.access import AccountRequest

View = Callable[[AccountRequest, MembersPage], HttpResponse]


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


def identity_asked_again(view: View) -> View:
    """Whoever has a password or a second factor gives it again before the page, and before its button."""

    @wraps(view)
    def answer(request: AccountRequest, page: MembersPage) -> HttpResponse:
        if is_reauthentication_required(request, app="allauth.account"):
            if request.method == "POST":  # pressed again after, on a page that was read again
                return redirect(request.path)
            raise ReauthenticationRequired
        return view(request, page)

    return answer
