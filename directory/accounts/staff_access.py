"""The door of the back office, before Wagtail's own: the team enters, in production with a second factor."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from directory.models import User

BACK_OFFICE = "/admin/"
#: How long a session of the team lasts after the log-in: it opens everybody's data.
WORKING_DAY = 12 * 60 * 60


def staff_door(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware. Wagtail would send every stranger to the log-in, those who have logged in already too."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not (request.path_info.startswith(BACK_OFFICE) and request.user.is_authenticated):
            return get_response(request)
        if not is_of_the_team(request.user):
            raise PermissionDenied
        if lacks_second_factor(request.user):
            return redirect(f"{reverse('mfa_index')}?pour=administration")
        return get_response(request)

    return respond


def end_today(request: HttpRequest) -> None:
    """At the log-in: the session of who opens the back office is short, that of a member stays."""
    if request.user.is_authenticated and is_of_the_team(request.user):
        request.session.set_expiry(WORKING_DAY)


def is_of_the_team(user: User) -> bool:
    return user.has_perm("wagtailadmin.access_admin")


def lacks_second_factor(user: User) -> bool:
    """Whether an application or a key must be set up first. Who has one was asked for it at the log-in."""
    return settings.STAFF_SECOND_FACTOR and not is_mfa_enabled(user)
