"""The shelf checks itself: an old page is found, told, and gone."""

import gzip
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from home.models import NewsPage
from home.models.freshness_check import FreshnessCheck
from site_cms import freshness_check
from site_cms.freshness_check import run_check
from site_cms.shelf import generations as module
from site_cms.shelf.build import build_identity
from site_cms.shelf.generations import change, generations, shelf_folder
from site_cms.shelf.stores import Files
from tests.builders import make_news
from tests.site_cms.shelf.conftest import Ask, asker, new_shelf


@pytest.fixture
def ask(whole_site: Any, in_one_transaction: None) -> Ask:
    change()
    return asker(new_shelf(build_identity()))


def files(name: str) -> list[Path]:
    folder = shelf_folder() / generations().current(0).name
    return sorted(folder.rglob(name))


def test_a_site_that_nobody_has_touched_raises_no_alarm(ask):
    """cache 22."""
    for address in ("/", "/agenda/", "/actualites/", "/contact/"):
        ask(address)
    before = generations().current(0)

    check = run_check(timezone.now())

    assert (check.count, check.stale) == (4, [])
    assert generations().current(0) == before


@pytest.mark.parametrize(
    ("name", "packed"), [("index.html", bytes), ("index.html.gz", gzip.compress)]
)
def test_a_page_that_is_not_what_it_would_be_empties_the_shelf(ask, caplog, name, packed):
    """cache 22."""
    ask("/agenda/")
    [file] = files(name)
    file.write_bytes(packed(b"patched by hand"))
    before = generations().current(0)

    check = run_check(timezone.now())

    assert check.stale == ["/agenda/"]
    assert generations().current(0) != before
    assert not ask("/agenda/").is_hit
    assert caplog.messages == ["An old page was kept, all are made again: /agenda/"]


def test_a_change_that_nobody_told_is_found(ask):
    """cache 22."""
    make_news(title="Un article", slug="un-article")
    change()
    ask("/actualites/un-article/")
    NewsPage.objects.update(title="Un autre titre")  # not committed

    assert run_check(timezone.now()).stale == ["/actualites/un-article/"]


def test_a_page_that_changes_meanwhile_is_no_alarm(ask, monkeypatch):
    ask("/agenda/")
    made = freshness_check.ask

    def change_meanwhile(*arguments: Any) -> Any:
        change()
        answer = made(*arguments)
        return type(answer)(answer.status, answer.headers, b"another")

    monkeypatch.setattr(freshness_check, "ask", change_meanwhile)

    assert run_check(timezone.now()) is None


def test_a_host_without_kept_pages_has_nothing_to_compare(ask):
    assert run_check(timezone.now()) is None


def test_a_front_server_finds_no_file_older_than_a_minute_or_about_to_end(ask):
    """cache 24: files older than a minute, or of a generation that ends before the sweeper comes again."""
    now = time.time()
    ask("/agenda/")
    kept = Files(shelf_folder())
    generation = generations().current(now)

    kept.sweep(generation, now + 50)
    assert files("index.html") != []
    kept.sweep(generation, now + 61)
    assert files("*.*") == []

    change()
    ask("/agenda/")
    ending = generations().current(now)
    kept.sweep(ending, ending.until - 70)
    assert files("*.*") == []


def test_no_file_is_written_shortly_before_a_generation_ends(ask, monkeypatch):
    """cache 24, 10."""
    monkeypatch.setattr(module, "next_timestamp", lambda: time.time() + 130)
    change()

    ask("/agenda/")

    assert ask("/agenda/").is_hit
    assert not (shelf_folder() / generations().current(0).name).exists()


@pytest.mark.ignore_template_errors
def test_the_team_sees_an_old_page_for_a_day(admin_client, whole_site):
    """cache 22."""
    now = timezone.now()
    FreshnessCheck.objects.create(checked_at=now - timedelta(hours=2), count=5, stale=["/agenda/"])
    FreshnessCheck.objects.create(checked_at=now, count=5, stale=[])

    shown = admin_client.get("/admin/").content.decode()
    FreshnessCheck.objects.update(checked_at=now - timedelta(hours=25))
    later = admin_client.get("/admin/").content.decode()

    assert ("Les pages publiques sont à jour" in shown, "<li>/agenda/</li>" in shown) == (
        True,
        True,
    )
    assert "Les pages publiques sont à jour" not in later
