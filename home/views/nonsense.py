"""Requests that no person sends: refused with a 400 before or instead of an error of the database."""

import logging

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from home.views.errors import bad_request

logger = logging.getLogger(__name__)

NULL = "\x00"
#: What a database or an encoding raises for a value that it cannot hold: a huge number, half a character, a null byte.
UNFIT = (DataError, OverflowError, UnicodeError)


class NonsenseMiddleware(MiddlewareMixin):
    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        """Refuse null bytes in the cookies, which are read before any view. In an address each view has its answer."""
        if NULL in request.META.get("HTTP_COOKIE", ""):
            return self.refuse(request, "a null byte")
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Refuse what the request holds and the database does not take. The class is logged, not the value."""
        has_null = isinstance(error, ValueError) and (
            "NUL" in str(error) or "null byte" in str(error)
        )
        if isinstance(error, UNFIT) or has_null:
            return self.refuse(request, type(error).__name__)
        return None

    def refuse(self, request: HttpRequest, what: str) -> HttpResponse:
        logger.warning("Refused, not understood (%s): %s", what, request.path_info.split(NULL)[0])
        return bad_request(request)
