"""Endpoints for programs: health check, robots.txt, sitemap.xml."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

from home.access import visible_to
from home.models import BasePage
from home.prefetch.parts import parts_of

#: With the members' section, whose path editors choose.
CLOSED_TO_ROBOTS = ("/admin/", "/compte/", "/recherche/", "/inscriptions/", "/documents/")


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Return 200 `ok`, or 503 if the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse(
            "base de données injoignable", status=503, content_type="text/plain; charset=utf-8"
        )
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    section = parts_of(request).url("membres")
    paths = [*CLOSED_TO_ROBOTS, *([section] if section else [])]
    closed = "".join(f"Disallow: {path}\n" for path in paths)
    text = f"User-agent: *\n{closed}\nSitemap: {settings.BASE_URL}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Return sitemap.xml: public pages without `noindex`, with their last publication dates."""
    pages = indexed_pages().order_by("path")
    return render(
        request, "home/sitemap.xml", {"pages": pages}, content_type="application/xml; charset=utf-8"
    )


def indexed_pages() -> PageQuerySet:
    kept_apart = Q()
    for model in get_page_models():
        if issubclass(model, BasePage):
            kept_apart |= Q(**{f"{model._meta.model_name}__noindex": True})
    return visible_to(AnonymousUser(), Page.objects.filter(depth__gt=1)).exclude(kept_apart)
