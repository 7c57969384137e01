"""Query budget of all pages and lists, in new processes with empty caches."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.bench.pages import QUERIES_ALLOWED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def queries(template: str) -> dict[str, list[int]]:
    """Query counts per URL, with 1 row and with 30 rows of everything."""
    migrated = [template] if connection.vendor == "sqlite" else []
    done = subprocess.run(
        [sys.executable, "-m", "tests.site_cms.cold_queries", *migrated],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def test_no_page_makes_more_queries_with_thirty_rows_than_with_one(queries):
    assert {address: counts for address, counts in queries.items() if counts[1] > counts[0]} == {}


def test_pages_stay_within_the_query_budget(queries):
    """Including members' pages, with three queries for the logged-in user."""
    assert {
        address: counts for address, counts in queries.items() if max(counts) > QUERIES_ALLOWED
    } == {}
