"""oEmbed (oembed.com): programs of partners exchange the address of a page for the code of its frame."""

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from home.models import SiteSettings
from home.pages.frames import PARAMETER, may_be_framed
from home.pages.routing import as_served, deepest

#: Size of a frame, in CSS pixels.
WIDTH, HEIGHT = 600, 480


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer with a `rich` object (oEmbed 1.0, 2.3.4.4).

    400 for sizes that are no numbers, 404 for an address that is not of a page that partners may show, 501 for XML.
    """
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Seul le format JSON est servi.", status=501, content_type=PLAIN)
    try:
        width = min(WIDTH, size(request, "maxwidth", WIDTH))
        height = min(HEIGHT, size(request, "maxheight", HEIGHT))
    except ValueError:
        sentence = "«\u00a0maxwidth\u00a0» et «\u00a0maxheight\u00a0» sont des nombres de pixels."
        return HttpResponse(sentence, status=400, content_type=PLAIN)
    page = page_at(request.GET.get("url", ""), request)
    answer = JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": page.title,
            "provider_name": SiteSettings.for_request(request).name,
            "provider_url": f"{page.get_site().root_url}/",
            "cache_age": 3600,
            "width": width,
            "height": height,
            "html": frame_code(page, request, width, height),
        }
    )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


PLAIN = "text/plain; charset=utf-8"


def size(request: HttpRequest, name: str, default: int) -> int:
    """Return a size of the query string. Raises ValueError unless it is a positive number."""
    asked = int(request.GET.get(name) or default)
    if asked < 1:
        raise ValueError(name)
    return asked


def page_at(address: str, request: HttpRequest) -> Page:
    """Return the page with this absolute URL. Raises Http404 unless it is ours and may be framed."""
    site = Site.find_for_request(request)
    try:
        asked = urlsplit(address)
    except ValueError:
        raise Http404 from None
    if site is None or f"{asked.scheme}://{asked.netloc}" != site.root_url:
        raise Http404
    page, rest = deepest(site.root_page, [step for step in asked.path.split("/") if step])
    if rest or not page.live:
        raise Http404
    page = as_served(page)
    if not may_be_framed(page, request):
        raise Http404
    return page


def frame_code(page: Page, request: HttpRequest, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Return the HTML that shows the page in a frame of another site."""
    return format_html(
        '<iframe src="{}?{}" title="{}" width="{}" height="{}" loading="lazy" style="border: 0; max-width: 100%"></iframe>',
        page.get_full_url(request), PARAMETER, page.title, width, height,
    )  # fmt: skip
