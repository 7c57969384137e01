"""Headers that forbid caching, indexing and referrers."""

from typing import TypeVar

from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

Response = TypeVar("Response", bound=HttpResponseBase)


def private(response: Response) -> Response:
    """Forbid caching and indexing of a response meant for one person.

    The site's own Referrer-Policy stays: with no-referrer, browsers would post the page's form with `Origin: null`,
    which over plain HTTP is refused (docs/decisions/0012).
    """
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Cookie"])
    return response


def secret(response: Response) -> Response:
    """Make it private, and keep its secret address out of the Referer header, even on our own site."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return private(response)
