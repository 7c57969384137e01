"""Pages in a frame of a partner's site: `?embed` on a news page, a recap, an event or the agenda.

Only the sites named in the settings may show them (`frame-ancestors` of CSP); while there is none, the parameter means
nothing. A framed page says what an anonymous visitor may read, without forms; its links take the whole window.
"""

from functools import singledispatch
from typing import Any

from csp.decorators import csp_replace
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from wagtail.models import Page

from home.access import may_enter
from home.models import NewsPage, SiteSettings
from home.prefetch.cards import cards_by_key
from home.prefetch.facts import facts_of

PARAMETER = "embed"


@singledispatch
def template_of(page: Page) -> str:
    """Return the template of a page in a frame; empty if its type is not shown in frames.

    Page types register their own implementation, here and for `content_of`.
    """
    return ""


@singledispatch
def content_of(page: Page, request: HttpRequest) -> dict[str, Any]:
    """Return the context of that template, beside the page."""
    return {}


@template_of.register
def _(page: NewsPage) -> str:
    return "home/frames/article.html"


@content_of.register
def article_content(page: NewsPage, request: HttpRequest) -> dict[str, Any]:
    return {"card": cards_by_key([page.pk], facts_of(request))[0]}


def may_be_framed(page: Page, request: HttpRequest) -> bool:
    """Return whether partners may show the page: there are some, its type has a template, and it is public."""
    partners = SiteSettings.for_request(request).partner_origins
    return bool(partners and template_of(page) and may_enter(AnonymousUser(), page))


def framed(request: HttpRequest) -> HttpResponseBase | None:
    """Answer a request for the frame of the page that was found for it; None if it asks for the page itself.

    Raises Http404 for a page that is not public, also to those who may read it.
    """
    route = vars(request).get("_wagtail_route_for_request")
    if PARAMETER not in request.GET or route is None or request.path != route.page.get_url(request):
        return None
    page, partners = route.page, SiteSettings.for_request(request).partner_origins
    if not partners or not template_of(page):
        return None
    if not may_be_framed(page, request):
        raise Http404
    request.user = AnonymousUser()
    for_partners = csp_replace({"frame-ancestors": partners})
    return xframe_options_exempt(for_partners(lambda asked: show(asked, page)))(request)


def show(request: HttpRequest, page: Page) -> HttpResponse:
    return render(request, template_of(page), {"page": page} | content_of(page, request))
