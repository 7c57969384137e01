"""The view that serves Wagtail pages."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.views import serve as wagtail_serve

from home.pages.routing import find_page
from home.prefetch.cards import prime_content_types


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Call Wagtail's view after `find_page`, which saves it most of its routing queries."""
    prime_content_types()
    find_page(request, path)
    return wagtail_serve(request, path)
