"""Access to the back office: staff only, with a second factor in production."""

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
#: Length of a staff session, short since it gives access to everybody's data.
WORKING_DAY = 12 * 60 * 60


def staff_door(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: answer 403 to logged-in users who are not staff, where Wagtail would redirect them to the log-in."""

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
    """Limit the session of staff to a working day, at log-in. Sessions of members keep the default length."""
    if request.user.is_authenticated and is_of_the_team(request.user):
        request.session.set_expiry(WORKING_DAY)


def is_of_the_team(user: User) -> bool:
    return user.has_perm("wagtailadmin.access_admin")


def lacks_second_factor(user: User) -> bool:
    """Return whether staff must set up a second factor first. allauth asks for an existing one at log-in."""
    return settings.STAFF_SECOND_FACTOR and not is_mfa_enabled(user)
