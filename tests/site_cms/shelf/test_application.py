"""The shelf asked over WSGI: the pages that it keeps, and those that it never keeps."""

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from events.models import EventPage
from home.models import NewsPage
from home.prefetch.facts import GENERATION
from site_cms.shelf.application import Shelf
from site_cms.shelf.entries import preferred
from site_cms.shelf.generations import FolderGenerations, Generation, change, shelf_folder
from site_cms.shelf.keys import key_of, listed_query
from site_cms.shelf.stores import Files, Memory
from tests.builders import make_event, make_member, make_news, make_resource
from tests.site_cms.shelf.conftest import asker, environ_of, new_shelf

PUBLIC = [
    "/", "/actualites/", "/actualites/un-article/", "/actualites/flux/", "/agenda/", "/agenda/une-rencontre/",
    "/agenda/calendrier.ics", "/ressources/", "/ressources/un-guide/", "/le-reseau/", "/contact/",
    "/mentions-legales/", "/accessibilite/", "/donnees-personnelles/", "/plan-du-site/", "/recherche/",
    "/sitemap.xml", "/robots.txt", "/rejoindre/", "/lettre/", "/agenda/ouverte/",
]  # fmt: skip


#: An event with its registration form.
OPEN = "/agenda/ouverte/"


@pytest.fixture
def site(whole_site: Any, db: None) -> None:
    make_event(slug="ouverte", starts_at=timezone.now() + timedelta(days=30))
    make_news(title="Un article", slug="un-article")
    make_resource(title="Un guide", slug="un-guide")
    make_event(title="Une rencontre", slug="une-rencontre", registration_form="none")


@pytest.mark.parametrize("address", PUBLIC)
def test_the_second_visitor_costs_no_query(site, ask, address):
    """cache 1."""
    first, second = ask(address), ask(address)

    assert (first.status, second.status) == (200, 200)
    assert (first.is_hit, second.is_hit) == (False, True)
    assert second.queries == 0
    assert second.body == first.body
    assert second.cookies == []


def test_a_page_with_its_open_form_is_kept_like_any_other(site, ask):
    """cache 2."""
    first, second = ask(OPEN), ask(OPEN)
    change()
    made_again = ask(OPEN)

    assert 'name="organisation"' in second.text
    assert (second.is_hit, second.queries, second.cookies) == (True, 0, [])
    assert made_again.body == first.body  # nothing in it differs between two visitors
    assert "csrfmiddlewaretoken" not in first.text
    assert "form_key" not in first.text


def test_another_process_finds_what_one_has_made(site, ask):
    made = ask("/actualites/", accept_encoding="br")

    found = asker(new_shelf())("/actualites/", accept_encoding="br")

    assert (found.is_hit, found.body, found.queries) == (True, made.body, 0)
    assert found.headers["ETag"] == made.headers["ETag"]


def test_another_build_finds_nothing(site, ask):
    """cache 21."""
    ask("/actualites/")

    assert not asker(new_shelf("another build"))("/actualites/").is_hit


def test_only_the_demonstration_says_that_it_is_a_hit(site, ask, settings):
    settings.DEMO = False
    ask("/")

    second = ask("/")

    assert "X-Shelf" not in second.headers
    assert second.queries == 0


def test_a_change_meanwhile_keeps_a_render_off_the_shelf(shelf, ask):
    """cache 11, T8."""
    bodies = [b"old", b"new"]

    def application(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        if len(bodies) == 2:
            change()  # another process publishes while this one renders
        return [bodies.pop(0)]

    shelf.application = application
    first = ask("/")
    assert not shelf.pages.entries
    second, third = ask("/"), ask("/")

    assert (first.body, second.body, third.body) == (b"old", b"new", b"new")
    assert [one.is_hit for one in (first, second, third)] == [False, False, True]


def test_requests_for_pages_are_told_their_generation(shelf, ask):
    """Those of members too: they share rows that do not depend on the visitor (home.prefetch.facts)."""
    told = []

    def application(environ: Any, start_response: Any) -> Any:
        told.append(environ.get(GENERATION))
        start_response("200 OK", [("Cache-Control", "private")])
        return [b""]

    shelf.application = application
    session = f"{settings.SESSION_COOKIE_NAME}=x"
    ask("/agenda/")
    ask("/membres/", cookie=session)
    ask("/recherche/?q=eau")
    ask("/agenda/atelier/", "POST", cookie=session)
    ask("/admin/", cookie=session)

    assert told == [shelf.generation().name] * 3 + [None] * 2
    change()
    ask("/membres/", cookie=session)
    assert told[-1] == shelf.generation().name != told[0]


class Lasting:
    def current(self, now: float) -> Generation:
        return Generation("a", 4e9)


def test_one_request_makes_a_page_and_others_wait(tmp_path):
    made = []
    begun, resumed = threading.Event(), threading.Event()

    def application(environ: Any, start_response: Any) -> Any:
        made.append(environ["PATH_INFO"])
        begun.set()
        resumed.wait(5)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"slow"]

    shelf = Shelf(application, Lasting(), Files(tmp_path), "a build")
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(lambda: list(shelf(environ_of("/"), lambda *a: None))) for _ in range(8)
        ]
        begun.wait(5)
        resumed.set()
        bodies = [one.result() for one in asked]

    assert bodies == [[b"slow"]] * 8
    assert made == ["/"]


# Who asks


def test_members_and_strangers_do_not_read_each_others_pages(site, ask):
    """cache 12."""
    member = make_member(first_name="Camille", last_name="Durand")
    session = SessionStore()
    known = {
        "_auth_user_id": str(member.user.pk),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": member.user.get_session_auth_hash(),
    }
    for name, value in known.items():
        session[name] = value
    session.save()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    theirs = ask(OPEN, cookie=cookie)
    public = ask(OPEN)
    again = ask(OPEN, cookie=cookie)

    assert "Camille" in theirs.text
    assert "Camille" in again.text
    assert "Camille" not in public.text
    assert "deconnexion" not in public.text
    assert not theirs.is_hit
    assert not again.is_hit


@pytest.mark.parametrize(
    ("cookie", "is_hit"),
    [
        ("csrftoken=x; _ga=1", True),
        (f"{settings.SESSION_COOKIE_NAME}=", False),
        (f"a=b; {settings.SESSION_COOKIE_NAME}=wrong", False),
        ("messages=one", False),
    ],
)
def test_a_session_is_djangos_and_other_cookies_are_nothing(site, ask, cookie, is_hit):
    """cache 13."""
    ask("/agenda/")

    asked = ask("/agenda/", cookie=cookie)

    assert (asked.status, asked.is_hit) == (200, is_hit)


@pytest.mark.parametrize(
    "answer",
    [
        [("Set-Cookie", "a=b")],
        [("Cache-Control", "private, no-store")],
        [("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private")],
        [("Vary", "Accept-Language")],
        [("Content-Encoding", "gzip")],
    ],
)
def test_what_is_for_one_visitor_is_never_kept(shelf, ask, answer):
    seen = []

    def application(environ: Any, start_response: Any) -> Any:
        seen.append(environ.get("HTTP_COOKIE"))
        start_response("200 OK", [("Content-Type", "text/html"), *answer])
        return [b"for you"]

    shelf.application = application
    ask("/a/", cookie="csrftoken=x")
    ask("/a/")

    assert len(shelf.pages.entries) == 0
    # Made once without the visitor's cookies, then for the visitor.
    assert seen == [None, "csrftoken=x", None]


@pytest.mark.parametrize("status", ["500 Error", "302 Found", "403 Forbidden", "400 Bad"])
def test_errors_are_never_kept(shelf, ask, status):
    def application(environ: Any, start_response: Any) -> Any:
        start_response(status, [("Content-Type", "text/html")])
        return [b"no"]

    shelf.application = application
    ask("/a/")

    assert ask("/a/").status == int(status[:3])
    assert len(shelf.pages.entries) + len(shelf.brief_ones.entries) == 0


def test_a_missing_page_is_kept_for_five_seconds(site, ask, shelf):
    """cache T12."""
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False) as clock:
        change()
        ask("/rien/")
        assert ask("/rien/").is_hit
        clock.shift(timedelta(seconds=6))
        again = ask("/rien/")

    assert (again.status, again.is_hit) == (404, False)
    assert list(shelf.brief_ones.entries) == [key_of(environ_of("/rien/"))]
    assert len(shelf.pages.entries) == 0


# Which addresses


def test_noise_shares_the_entry_and_unknown_parameters_are_djangos(site, ask, shelf):
    """cache 14."""
    ask("/agenda/")

    assert ask("/agenda/?utm_source=x&fbclid=y&gclid=z&mtm_campaign=1").is_hit
    for number in range(50):
        assert ask(f"/agenda/?a={number}&page=1").status == 200
    assert len(shelf.pages.entries) == 1


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("page=2&annee=2024", "annee=2024&page=2"),
        ("embed&utm_source=a", "embed"),
        ("embed=1", None),
        ("utm_source=a&theme=eau", "theme=eau"),
        ("page=2&page=3", None),
        ("page=99999", None),
        ("page=abc", None),
        ("theme=%C3%A9", None),
        ("inscription=recue", None),
        ("invitation=x", None),
        ("utm_source=" + 3000 * "x", None),
    ],
)
def test_queries_of_lists_are_sorted_and_bounded(query, kept):
    assert listed_query(query) == kept


@pytest.mark.parametrize(
    "changed",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "LOCALHOST"},
        {"HTTP_HOST": "localhost."},
        {"HTTP_HOST": "localhost:80:80"},
        {"HTTP_HOST": ""},
        {"PATH_INFO": "//agenda/"},
        {"PATH_INFO": "/agenda/../"},
        {"PATH_INFO": "/agenda/\x00"},
        {"PATH_INFO": "/agenda/é/".encode().decode("latin-1")},
        {"PATH_INFO": "agenda/"},
        {"PATH_INFO": "/" + 300 * "a"},
        {"PATH_INFO": "/admin/pages/"},
        {"PATH_INFO": "/compte/connexion/"},
        {"PATH_INFO": "/documents/x/"},
        {"SCRIPT_NAME": "/x"},
        {"REQUEST_METHOD": "POST"},
        {"CONTENT_LENGTH": "3"},
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
    ],
)
def test_odd_requests_have_no_key(changed):
    """cache 15, and T11."""
    assert key_of(environ_of("/agenda/") | changed) is None
    assert key_of(environ_of("/agenda/")) is not None


def test_nobodys_headers_reach_what_others_read(site, ask, shelf):
    """cache 15."""
    clean = ask("/actualites/flux/").body
    shelf.pages.entries.clear()
    change()

    poisoned = ask(
        "/actualites/flux/?utm_source=evil",
        x_forwarded_host="evil.example",
        x_original_url="/admin/",
        x_http_method_override="POST",
        x_forwarded_proto="https",
        accept_language="en",
        if_none_match='"x"',
        cookie="a=evil",
    )

    assert poisoned.body == clean
    assert ask("/actualites/flux/").body == clean
    assert list(shelf.pages.entries) == [key_of(environ_of("/actualites/flux/"))]


# How it is sent


def test_an_unchanged_page_is_not_sent_again(site, ask):
    """cache 19."""
    page = ask("/agenda/", accept_encoding="br")

    known = ask("/agenda/", if_none_match=f'W/{page.headers["ETag"]}, "other"')
    NewsPage.objects.get().save_revision().publish()
    change()
    make_event(title="Une autre", registration_form="none")
    fresh = ask("/agenda/", if_none_match=page.headers["ETag"])

    assert (known.status, known.body) == (304, b"")
    assert known.headers["Cache-Control"] == "no-cache"
    assert (fresh.status, "Une autre" in fresh.text) == (200, True)


@pytest.mark.parametrize("is_made", [False, True])
def test_head_has_the_headers_of_get_and_no_body(site, ask, is_made):
    """cache 19."""
    if is_made:
        ask("/agenda/")

    head = ask("/agenda/", "HEAD")
    get = ask("/agenda/")

    assert head.body == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.headers["ETag"] == get.headers["ETag"]


def test_each_browser_has_the_encoding_that_it_takes(site, ask):
    """cache 20."""
    plain = ask("/agenda/")
    zipped = ask("/agenda/", accept_encoding="gzip, deflate")
    best = ask("/agenda/", accept_encoding="gzip, deflate, br;q=0.5, zstd")

    assert gzip.decompress(zipped.body) == plain.body
    assert brotli.decompress(best.body) == plain.body
    assert len(best.body) < len(zipped.body) < len(plain.body)
    assert [one.headers.get("Content-Encoding") for one in (plain, zipped, best)] == [
        None,
        "gzip",
        "br",
    ]
    assert {one.headers["Vary"] for one in (plain, zipped, best)} == {"Accept-Encoding"}
    assert len({one.headers["ETag"] for one in (plain, zipped, best)}) == 3


def test_an_encoding_that_is_refused_is_not_used():
    assert preferred("br;q=0, gzip;q=1.0") == ("gzip",)
    assert preferred("identity") == ()


def test_pages_are_revalidated_after_the_back_button(site, ask):
    """cache 26."""
    assert ask("/agenda/une-rencontre/").headers["Cache-Control"] == "no-cache"


# How long


def test_no_page_is_older_than_a_minute(site, ask):
    """cache 17: a change whose process was killed before it could tell."""
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False) as clock:
        change()
        ask("/agenda/")
        EventPage.objects.update(title="Un autre titre")  # not committed, so nobody is told
        clock.shift(timedelta(seconds=59))
        assert ask("/agenda/").is_hit
        clock.shift(timedelta(seconds=1))
        assert "Un autre titre" in ask("/agenda/").text


def test_no_page_is_made_of_rows_that_are_older_than_a_minute(site, ask):
    """cache 17: the rows that pages of one generation share count, not only the page."""
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False) as clock:
        change()
        ask("/")
        clock.shift(timedelta(seconds=50))
        NewsPage.objects.update(title="Un autre titre")  # not committed, so nobody is told
        ask("/plan-du-site/")
        ask("/actualites/")
        clock.shift(timedelta(seconds=10))

        assert "Un autre titre" in ask("/actualites/").text
        assert not ask("/plan-du-site/").is_hit or "Un autre titre" in ask("/plan-du-site/").text


def test_a_clock_that_is_set_back_freezes_no_page(site, ask):
    """cache T14."""
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False) as clock:
        change()
        ask("/agenda/")
        clock.shift(timedelta(hours=-3))

        assert not ask("/agenda/").is_hit


def test_memory_is_bounded_and_drops_what_was_used_longest_ago(ask, shelf, site):
    shelf.pages = Memory(most_bytes=10_000_000, most_entries=2)

    for address in ("/", "/agenda/", "/", "/actualites/"):
        ask(address)

    assert [key.path for key in shelf.pages.entries] == ["/", "/actualites/"]


def test_a_full_disk_costs_no_page(site, ask, shelf, monkeypatch, caplog):
    """cache 18."""

    def full(*arguments: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    change()
    monkeypatch.setattr(Path, "write_bytes", full)
    monkeypatch.setattr(Path, "mkdir", full)
    first, second = ask("/agenda/"), ask("/agenda/")
    for address in PUBLIC:
        assert ask(address).status == 200
    assert (first.status, second.is_hit) == (200, True)
    assert len(caplog.messages) == 1

    monkeypatch.setattr(Path, "symlink_to", full)
    change()
    after = [ask("/agenda/") for _ in range(3)]

    assert [(one.status, one.is_hit) for one in after] == [(200, False)] * 3
    assert len(caplog.messages) == 2
    assert not (shelf_folder() / "current").is_symlink()


def test_a_disk_with_room_again_holds_pages_again(site, ask, monkeypatch):
    change()
    with monkeypatch.context() as full:
        full.setattr(FolderGenerations, "write", refuse)
        change()
        assert not ask("/agenda/").is_hit
        assert not ask("/agenda/").is_hit

    ask("/agenda/")
    assert ask("/agenda/").is_hit


def refuse(*arguments: Any) -> None:
    raise OSError(28, "No space left on device")
