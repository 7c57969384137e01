"""Fixtures of tests against a running site over HTTP, with its own processes and database. See docs/testing.md.

Without DATABASE_URL it runs on SQLite, else in a new database on that PostgreSQL server.
"""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.bench.running_site import RunningSite, free_port, postgresql_database

SERVER = os.environ.get("DATABASE_URL", "")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, template: str) -> Iterator[str]:
    """Empty for SQLite."""
    if (request.param == "postgresql") != SERVER.startswith("postgres"):
        pytest.skip("DATABASE_URL chooses the database of the suite")
    if request.param == "sqlite":
        yield ""
        return
    with postgresql_database(SERVER, template) as url:
        yield url


@pytest.fixture(scope="session")
def site(database_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> RunningSite:
    site = RunningSite(tmp_path_factory.mktemp("site"), free_port(), database_url)
    if template and not database_url:
        shutil.copy(template, site.folder / "site.sqlite3")
    site.run("tests.bench.content")
    return site
