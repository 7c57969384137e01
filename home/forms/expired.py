"""A form whose proof of origin is too old is shown again with what was typed, by the page that it stands in."""

from functools import singledispatch

from django.http import HttpRequest, HttpResponse
from wagtail.models import Page


@singledispatch
def show_again(page: Page, request: HttpRequest) -> HttpResponse | None:
    """The form of the page with what was posted, nothing done; None for a page that has none.

    A type of page that has a form registers its own answer.
    """
    return None
