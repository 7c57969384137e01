"""Where Wagtail's pages are served."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.views import serve as wagtail_serve

from home.pages.routing import find_page
from home.prefetch.cards import prime_content_types


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Wagtail's own view, spared most of the questions that it would ask on the way to the page."""
    prime_content_types()
    find_page(request, path)
    return wagtail_serve(request, path)
