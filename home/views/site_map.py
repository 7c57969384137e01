"""The HTML site map: the tree of pages that the user may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.models import Page

from home.access import visible_to


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    pages = visible_to(request.user, Page.objects.filter(depth__gt=1)).order_by("path")
    tree = Page.get_annotated_list_qs(pages)
    return render(request, "home/site_map.html", {"tree": tree})
