"""Counts of the process: who is a robot, and which words are kept."""

import pytest

from home.pages import tallies
from home.pages.tallies import SEARCHES, Tally, is_robot, note_search

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"


def test_a_tally_is_taken_whole_and_keeps_no_more_keys_than_it_may(monkeypatch):
    monkeypatch.setattr(tallies, "MOST", 2)
    tally = Tally()

    for key in ("/a/", "/b/", "/c/", "/a/"):
        tally.add(key)

    assert tally.take() == {"/a/": 2, "/b/": 1}
    assert tally.take() == {}


def test_robots_are_told_from_browsers():
    robots = [
        "", "curl/8.5", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0 Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130.0.0.0 Safari/537.36",
        "Reseau verification de liens (contact@example.org)",
    ]  # fmt: skip

    assert [agent for agent in robots if not is_robot(agent)] == []
    assert not is_robot(FIREFOX)
    assert not is_robot(CHROME)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("  Éco-quartiers  2024 ", {"eco quartiers 2024": 1}),
        ("camille@example.org", {}),
        ("06 12 34 56 78", {}),
        ("dossier 59000", {}),
        ("x" * 81, {}),
        ("  ", {}),
    ],
)
def test_words_are_folded_and_those_that_may_name_somebody_are_not_kept(asked, kept):
    SEARCHES.take()

    note_search(asked)

    assert SEARCHES.take() == kept
