"""Views of the news and resource lists, with filters and pagination, and the Atom feed of the news."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page

from home.access import visible_to
from home.models.news import NewsIndexPage, news_for
from home.models.querysets import SitePageQuerySet
from home.models.resources import ResourceIndexPage
from home.pages.feeds import atom_feed
from home.pages.listing import page_of, read_filters, title_with_place
from home.prefetch.cards import as_cards, cards_of
from home.prefetch.facts import facts_of

IN_FEED = 20


def news(request: HttpRequest, page: NewsIndexPage) -> HttpResponse:
    return page.render(request, context_overrides=listed(request, page, news_for(request.user)))


def news_feed(request: HttpRequest, page: NewsIndexPage) -> HttpResponse:
    """Serve the latest public news, even to a logged-in user: feed readers are anonymous."""
    return atom_feed(request, page, as_cards(news_for(AnonymousUser())[:IN_FEED]))


def resources(request: HttpRequest, page: ResourceIndexPage) -> HttpResponse:
    below = SitePageQuerySet(Page).child_of(page)
    found = visible_to(request.user, below).newest_first()
    return page.render(request, context_overrides=listed(request, page, found))


def listed(request: HttpRequest, page: Page, found: SitePageQuerySet) -> dict[str, Any]:
    """Return the template context of a list, for the filters and page number of the query string."""
    filters = read_filters(request, found)
    page_obj = page_of(filters.apply(found), request.GET)
    return {
        "filters": filters,
        "page_obj": page_obj,
        "cards": cards_of(page_obj.object_list, facts_of(request)),
        "list_title": title_with_place(page.title, filters, page_obj),
    }
