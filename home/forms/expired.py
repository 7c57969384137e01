"""Forms posted with an expired CSRF token, shown again with the posted values."""

from functools import singledispatch

from django.http import HttpRequest, HttpResponse
from wagtail.models import Page


@singledispatch
def show_again(page: Page, request: HttpRequest) -> HttpResponse | None:
    """Render the page's form with the posted values, without processing it. Return None if the page has no form.

    Page types with a form register their own implementation.
    """
    return None
