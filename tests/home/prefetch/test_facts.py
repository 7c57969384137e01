"""Requests of one generation get the same pages with fewer queries, and nothing that another visitor alone may see."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from events.models import EventPage, RecapPage
from home.models import HomePage, NewsIndexPage, SiteSettings, Theme
from home.prefetch import facts
from home.prefetch.facts import GENERATION, Facts, facts_of
from tests.builders import make_event, make_home, make_image, make_member, make_news

ADDRESSES = [
    "/",
    "/actualites/",
    "/actualites/une/",
    "/actualites/recit/",
    "/agenda/",
    "/agenda/atelier/",
]


@pytest.fixture
def site(db: None) -> HomePage:
    """A page of each kind, with a theme, an image and related pages."""
    home, now = make_home(), timezone.now()
    theme = Theme.objects.create(name="Climat", slug="climat")
    shared: dict[str, Any] = {"themes": [theme], "first_published_at": now}
    make_news(title="Une", slug="une", main_image=make_image(), **shared)
    make_news(title="Deux", slug="deux", main_image=make_image(title="Table"), **shared)
    event = make_event(title="Atelier", slug="atelier", venue_town="Arras", first_published_at=now)
    past = make_event(
        title="Passé", slug="passe", starts_at=now - timedelta(days=30), first_published_at=now
    )
    index = NewsIndexPage.objects.get()
    index.add_child(
        instance=RecapPage(title="Récit", slug="recit", event=past, first_published_at=now)
    )
    assert event.live
    return home


def ask(address: str, generation: str = "", *, client: Client | None = None) -> str:
    answer = (client or Client()).get(address, **({GENERATION: generation} if generation else {}))
    assert answer.status_code == 200, address
    return answer.content.decode()


def ask_all(generation: str = "") -> list[str]:
    return [ask(address, generation) for address in ADDRESSES]


def test_requests_of_a_generation_get_the_same_pages_with_fewer_queries(site):
    alone, generation = ask_all(), uuid4().hex
    first = ask_all(generation)

    with CaptureQueriesContext(connection) as queries:
        second = ask_all(generation)

    assert alone == first == second
    assert len(queries) <= 4 * len(ADDRESSES), [query["sql"][:80] for query in queries]


def change_theme() -> None:
    Theme.objects.update(name="Énergie")


def change_title() -> None:
    page = Page.objects.get(slug="deux").specific
    page.title = "Trois"
    page.save_revision().publish()


def change_place() -> None:
    EventPage.objects.filter(slug="atelier").update(venue_town="Laon")


def change_image() -> None:
    page = Page.objects.get(slug="deux").specific
    page.main_image = make_image(title="Chaise")
    page.save_revision().publish()


def change_focal_point() -> None:
    image = Page.objects.get(slug="deux").specific.main_image
    image.focal_point_x, image.focal_point_y = 10, 10
    image.focal_point_width = image.focal_point_height = 10
    image.save()


def change_slug_of_an_ancestor() -> None:
    index = NewsIndexPage.objects.get()
    index.slug = "nouvelles"
    index.save()
    index.slug = "actualites"
    index.save()
    Page.objects.filter(slug="deux").update(slug="seconde", url_path="/accueil/actualites/seconde/")


def change_restriction() -> None:
    page = Page.objects.get(slug="deux")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def change_settings() -> None:
    SiteSettings.objects.create(site=Site.objects.get(), baseline="Une autre phrase")


def change_by_raw_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE wagtailcore_page SET title = 'Brut', draft_title = 'Brut' WHERE slug = 'deux'"
        )


CHANGES = [
    change_theme,
    change_title,
    change_place,
    change_image,
    change_focal_point,
    change_slug_of_an_ancestor,
    change_restriction,
    change_settings,
    change_by_raw_sql,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_next_generation_shows_every_change(site, change: Callable[[], None]):
    before = ask_all("before")

    change()

    made_anew = ask_all()
    assert made_anew != before
    assert ask_all("after") == made_anew


def test_what_a_change_that_is_not_told_leaves_lasts_a_minute(site, monkeypatch):
    before = ask("/agenda/", "same")
    change_place()

    assert ask("/agenda/", "same") == before
    monkeypatch.setattr(facts, "LIVES", 0)
    assert ask("/agenda/", "same") == ask("/agenda/") != before


def test_posts_and_previews_share_nothing(rf):
    posted, previewed, asked = rf.post("/"), rf.get("/"), rf.get("/")
    for request in (posted, previewed, asked):
        request.META[GENERATION] = "one"
    previewed.is_preview = True

    assert not facts_of(posted).are_shared
    assert not facts_of(previewed).are_shared
    assert facts_of(asked).are_shared


def test_the_number_of_values_is_limited(monkeypatch):
    monkeypatch.setattr(facts, "MOST", 3)
    kept = Facts("one")

    for number in range(10):
        assert kept.get(number, lambda number=number: number) == number

    assert len(kept.values) <= 3


def test_a_reserved_page_is_listed_for_members_only_in_any_order(site):
    member_client = Client()
    member_client.force_login(make_member().user)
    reserved = make_news(title="Réservée", slug="reservee", first_published_at=timezone.now())
    PageViewRestriction.objects.create(page=reserved, restriction_type=PageViewRestriction.LOGIN)
    for generation, first in (("a", member_client), ("b", Client())):
        ask("/actualites/", generation, client=first)
        ask("/actualites/une/", generation, client=first)

        assert "Réservée" in ask("/actualites/", generation, client=member_client)
        assert "Réservée" not in ask("/actualites/", generation)
        assert "Réservée" not in ask("/actualites/une/", generation)
        assert re.search("Réservée", ask("/actualites/une/", generation, client=member_client))
