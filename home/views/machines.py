"""Endpoints for programs: health check, robots.txt, sitemap.xml, icons."""

import tempfile
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page, get_page_models
from wagtail.query import PageQuerySet

from home.access import visible_to
from home.models import BasePage
from home.models.heartbeat import Heartbeat
from home.prefetch.parts import parts_of

#: Below a closed path. Google's calendar obeys robots.txt when it reads the address that a person gave it.
OPEN_TO_ROBOTS = ("/inscriptions/agenda/",)
#: With the members' section, whose path editors choose.
CLOSED_TO_ROBOTS = ("/admin/", "/compte/", "/recherche/", "/inscriptions/", "/documents/")


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Return 200 `ok`, 200 with a line per missing thing, or 503 if the database or DATA_DIR cannot be written."""
    broken = [line for line in (database_trouble(), folder_trouble()) if line]
    lines = broken or [*cache_trouble(), *silences(timezone.now()), *proxy_trouble(request)]
    return HttpResponse(
        "\n".join(lines) or "ok",
        status=503 if broken else 200,
        content_type="text/plain; charset=utf-8",
    )


def database_trouble() -> str:
    """Write nothing, in a transaction that takes the lock of a writer."""
    try:
        Heartbeat.objects.filter(name="").update(at=None)
    except DatabaseError:
        return "base de données : injoignable, ou refuse d’écrire"
    return ""


def folder_trouble() -> str:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(b"ok")
    except OSError:
        return "DATA_DIR : impossible d’y écrire"
    return ""


def cache_trouble() -> list[str]:
    try:
        if hasattr(cache, "answers"):
            return [] if cache.answers() else ["cache : absente"]
        cache.set("healthz", "ok", 60)
        return [] if cache.get("healthz") == "ok" else ["cache : absente"]
    except OSError:
        return ["cache : absente"]


def silences(now: datetime) -> list[str]:
    return [
        f"{sign.name} : sans signe depuis {(now - sign.at) // timedelta(minutes=1)} min"
        for sign in Heartbeat.objects.order_by("name")
        if sign.is_silent(now)
    ]


def proxy_trouble(request: HttpRequest) -> list[str]:
    """Tell why every page redirects to itself, when this request comes through the proxy."""
    if not settings.SECURE_SSL_REDIRECT or request.is_secure():
        return []
    if "X-Forwarded-Proto" in request.headers and not settings.TRUSTED_PROXY_COUNT:
        return ["proxy : TRUSTED_PROXY_COUNT vaut 0, les pages redirigent vers elles-mêmes"]
    if "X-Forwarded-For" in request.headers and settings.TRUSTED_PROXY_COUNT:
        return ["proxy : X-Forwarded-Proto ne dit pas https, les pages redirigent vers elles-mêmes"]
    return []


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    section = parts_of(request).url("membres")
    paths = [*CLOSED_TO_ROBOTS, *([section] if section else [])]
    rules = [f"Allow: {path}" for path in OPEN_TO_ROBOTS] + [f"Disallow: {path}" for path in paths]
    text = f"User-agent: *\n{chr(10).join(rules)}\n\nSitemap: {settings.BASE_URL}/sitemap.xml\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def icon(request: HttpRequest, name: str) -> HttpResponse:
    """Redirect programs that look for an icon at the usual place to that of this release."""
    return redirect(static(f"img/{name}"))


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
