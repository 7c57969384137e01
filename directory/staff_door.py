"""The door of the back office, before Wagtail's own: who is logged in and not of the team reads why it is closed."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

BACK_OFFICE = "/admin/"


def staff_door(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware. Wagtail would send every stranger to the log-in, those who have logged in already too."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(BACK_OFFICE) and is_stranger(request.user):
            raise PermissionDenied
        return get_response(request)

    return respond


def is_stranger(user: Any) -> bool:
    return user.is_authenticated and not user.has_perm("wagtailadmin.access_admin")
