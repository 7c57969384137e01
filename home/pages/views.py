"""The view that serves Wagtail pages."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.views import serve as wagtail_serve

from home.access import prime_restrictions, read_restrictions
from home.pages.frames import framed
from home.pages.routing import find_page
from home.prefetch.cards import prime_content_types
from home.prefetch.facts import facts_of


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Call Wagtail's view after `find_page`, which saves it most of its routing queries."""
    prime_content_types()
    if not request.user.is_authenticated:  # those of members are read at each request
        prime_restrictions(request.user, facts_of(request).get("restrictions", read_restrictions))
    find_page(request, path)
    return framed(request) or wagtail_serve(request, path)
