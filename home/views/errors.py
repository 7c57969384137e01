"""Answers to who may not enter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one page that says why something is closed and what to do about it."""
    response = render(request, "403.html", status=403)
    add_never_cache_headers(response)
    return response
