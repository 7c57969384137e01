"""Visits of pages, from the answer of the gateway to the row of a day."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from home.models import EmptySearch, VisitCount
from home.models.counts import forget_counts
from home.pages.tallies import SEARCHES, VISITS
from site_cms import visits
from site_cms.gateway import Gateway
from site_cms.visits import Counter, write
from tests.builders import make_home, make_news
from tests.home.pages.test_tallies import FIREFOX

NIGHT = datetime(2026, 6, 1, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_is_counted_yet(monkeypatch: Any) -> None:
    VISITS.take()
    SEARCHES.take()
    monkeypatch.setattr(visits, "write_for_ever", lambda: None)


def view(counter: Counter, path: str = "/a/", status: int = 200, **environ: str) -> None:
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_USER_AGENT": FIREFOX}
    counter(asked | environ, status)


def test_pages_that_a_browser_opens_are_counted_and_nothing_else(settings):
    counter = Counter()
    view(counter)
    view(counter, status=304)
    view(counter, status=404)
    view(counter, "/style.css")
    view(counter, REQUEST_METHOD="HEAD")
    view(counter, HTTP_USER_AGENT="curl/8.5")
    view(counter, HTTP_SEC_PURPOSE="prefetch")

    assert VISITS.take() == {"/a/": 2}
    settings.FRONT_ANSWERS = True
    view(counter)
    assert VISITS.take() == {}


def test_the_gateway_counts_ready_pages_and_those_of_django():
    counted: list[tuple[str, int]] = []

    class Application:
        def ready(self, environ: dict[str, Any]) -> Any:
            return (200, [], b"") if environ["PATH_INFO"] == "/prete/" else None

        def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
            start_response("304 Not Modified", [])
            return [b""]

    async def nothing(*args: Any) -> dict[str, Any]:
        return {"type": "http.disconnect"}

    gateway = Gateway(
        Application(), lambda path: 0, lambda environ, status: counted.append((environ["PATH_INFO"], status))
    )  # fmt: skip
    for path in ("/prete/", "/neuve/"):
        scope = {
            "type": "http", "method": "GET", "path": path, "query_string": b"", "http_version": "1.1",
            "scheme": "http", "headers": [],
        }  # fmt: skip
        asyncio.run(gateway(scope, nothing, nothing))

    assert counted == [("/prete/", 200), ("/neuve/", 304)]


@pytest.mark.django_db
def test_counts_of_many_views_are_written_together_and_added_up():
    page = make_news(slug="article")
    home = make_home()
    counter = Counter()

    for _ in range(2):
        for path in (page.url, page.url, "/", "/inscriptions/secret/", "/actualites/flux/"):
            view(counter, path)
        SEARCHES.add("eau")
        with CaptureQueriesContext(connection) as captured:
            write()

    rows = dict(VisitCount.objects.values_list("page", "count"))
    assert rows == {page.pk: 4, home.pk: 2}
    assert list(EmptySearch.objects.values_list("words", "count")) == [("eau", 2)]
    assert sum("INSERT" in query["sql"] for query in captured.captured_queries) == 2


@pytest.mark.django_db
def test_what_cannot_be_written_is_counted_again(monkeypatch, caplog):
    def refuse(*args: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(visits, "add_counts", refuse)
    VISITS.add("/a/", 3)

    write()

    assert VISITS.take() == {"/a/": 3}
    assert "not written yet" in caplog.text


@pytest.mark.django_db
def test_only_a_search_that_finds_nothing_is_noted():
    make_news(title="Budget participatif")

    for asked in ("introuvable", "budget", ""):
        Client().get("/recherche/", {"q": asked})

    assert SEARCHES.take() == {"introuvable": 1}


@pytest.mark.django_db
def test_days_are_forgotten_in_time():
    page = make_news()
    for days in (1, 91, 801):
        day = NIGHT.date() - timedelta(days=days)
        VisitCount.objects.create(page=page, day=day, count=1)
        EmptySearch.objects.create(words="eau", day=day, count=1)

    forget_counts(NIGHT)

    assert VisitCount.objects.count() == 2
    assert EmptySearch.objects.count() == 1
