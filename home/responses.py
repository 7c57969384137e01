"""What a response says of who may keep it."""

from typing import TypeVar

from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

Response = TypeVar("Response", bound=HttpResponseBase)


def private(response: Response) -> Response:
    """For one person: no cache and no search engine keeps it.

    The site's own Referrer-Policy stays: with no-referrer, browsers post the form of the page with `Origin: null`,
    and the CSRF check refuses them (docs/decisions/0012).
    """
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    patch_vary_headers(response, ["Cookie"])
    return response


def secret(response: Response) -> Response:
    """Private, and its address is a secret: no other site hears of it, ours neither."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return private(response)
