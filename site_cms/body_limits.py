"""Limits of what a request may send, by its Content-Length, before anything of it is read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.deprecation import MiddlewareMixin

from home.views.errors import too_large

MEGABYTE = 1024 * 1024
#: Below /admin/: a document, or the photos and documents of one form.
IN_BACK_OFFICE = 40 * MEGABYTE
#: Pages with a form, and changes of a registration: two documents of ten megabytes, or a photo.
WITH_FILES = 22 * MEGABYTE
VIEWS_WITH_FILES = {"wagtail_serve", "own_change"}


class BodyLimitMiddleware(MiddlewareMixin):
    """Answer 413 to a body above the limit of its address. It comes before all that may read a body."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        length = announced(request)
        if length <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE or length <= limit_at(request.path_info):
            return None
        return too_large(request, limit_at(request.path_info))


def limit_at(path: str) -> int:
    """Return the bytes that an address may be sent. Text alone has Django's own limit."""
    if path.startswith("/admin/"):
        return IN_BACK_OFFICE
    try:
        takes_files = resolve(path).view_name in VIEWS_WITH_FILES
    except Resolver404:
        takes_files = False
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return WITH_FILES if takes_files else limit


def announced(request: HttpRequest) -> int:
    """Return the Content-Length. Without one, or if it is no number, Django reads nothing."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0
