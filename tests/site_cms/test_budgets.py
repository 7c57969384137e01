"""The budget of queries, for every kind of page and list, in new processes with empty caches."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.pages import QUERIES_ALLOWED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def queries() -> dict[str, list[int]]:
    """For each address, how many queries with 1 row of everything and with 30."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.site_cms.cold_queries"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def test_no_page_asks_the_database_more_with_thirty_rows_than_with_one(queries):
    assert {address: counts for address, counts in queries.items() if counts[1] > counts[0]} == {}


def test_pages_keep_the_budget_of_queries(queries):
    """Members' pages too, with the three queries of who is logged in."""
    assert {
        address: counts for address, counts in queries.items() if max(counts) > QUERIES_ALLOWED
    } == {}
