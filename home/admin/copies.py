"""Copies of pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.models import Page


def open_copy(request: HttpRequest, page: Page, copy: Page) -> HttpResponse:
    """Go on to the copy's own screen, where it is completed (hook `after_copy_page`)."""
    return redirect("wagtailadmin_pages:edit", copy.pk)
