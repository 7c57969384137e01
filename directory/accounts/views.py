"""Account views and decorators on top of allauth's."""

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

from directory.accounts.log_in_views import TYPED
from directory.models import MembersPage
from home.access import AccountRequest

View = Callable[[AccountRequest, MembersPage], HttpResponse]


class LogOutView(LogoutView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out, forget the address, and clear the cache, so that the back button shows no private page."""
        self.request.session.pop(TYPED, None)
        response = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def to_log_in(request: HttpRequest) -> HttpResponse:
    """Redirect Wagtail's log-in pages to allauth's. Raise PermissionDenied for logged-in users without access.

    allauth would redirect these back at once, in a loop.
    """
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    query = request.META["QUERY_STRING"]
    return redirect(reverse("account_login") + (f"?{query}" if query else ""))


def identity_asked_again(view: View) -> View:
    """Require reauthentication before the view, for users with a password or a second factor."""

    @wraps(view)
    def answer(request: AccountRequest, page: MembersPage) -> HttpResponse:
        if is_reauthentication_required(request, app="allauth.account"):
            if request.method == "POST":  # the button is pressed again on the page itself
                return redirect(request.path)
            raise ReauthenticationRequired
        return view(request, page)

    return answer
