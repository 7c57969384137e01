"""A site put back into an empty folder, and one copied into an empty database: it is the same site."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.bench.running_site import RunningSite, free_port, postgresql_database
from tests.running.conftest import SERVER

#: Sessions are not restored, pictures are drawn again, and these tables say what was done since.
CHANGED = {"django_session", "usersessions_usersession", "home_shareimage", "home_siterendition"}
TASKS = "django_tasks_database_dbtaskresult"
LINK = re.compile(r'(?:href|src)="(/[^"#?]*)"')


@contextmanager
def empty_database(tmp_path: Path) -> Iterator[str]:
    """An empty database of the kind that the suite runs on."""
    if SERVER.startswith("postgres"):
        with postgresql_database(SERVER) as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"


def read(site: RunningSite, path: str) -> tuple[int, bytes]:
    try:
        with urlopen(site.address + path, timeout=60) as answer:  # noqa: S310 -- our own address
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, b""


def crawl(site: RunningSite) -> dict[str, int]:
    """Return the status of each page, picture and download that leads from the home page and two lists."""
    found: dict[str, int] = {}
    waiting = ["/", "/agenda/", "/ressources/"]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        status, content = read(site, path)
        found[path] = status
        if path.endswith("/"):
            waiting += LINK.findall(content.decode())
    return found


def crawl_drawn(site: RunningSite) -> dict[str, int]:
    """Crawl again until the pictures are drawn and nothing changes any more, for two minutes at most."""
    deadline = time.monotonic() + 120
    found: dict[str, int] = {}
    while time.monotonic() < deadline:
        before, found = found, crawl(site)
        if found == before and any(path.startswith("/media/") for path in found):
            return found
        time.sleep(2)
    raise AssertionError(f"the pictures are not drawn: {sorted(found)}")


def test_a_site_put_back_into_an_empty_folder_is_the_same_site(site, tmp_path):
    site.run("tests.running.illustrated")
    archive = tmp_path / "site.tar"
    with site.started("web", "worker", "pictures"):
        before = crawl_drawn(site)
        site.manage("backup", str(archive))
    rows = site.run("tests.running.rows")

    folder = tmp_path / "elsewhere"
    with empty_database(tmp_path) as url:
        restored = replace(site, folder=folder, port=free_port(), database_url=url)
        folder.mkdir()
        restored.manage("restore", str(archive), "--verify")
        restored.manage("restore", str(archive))
        again = restored.run("tests.running.rows")
        with replace(restored, settings={"BASE_URL": site.address}).started(
            "web", "worker", "pictures"
        ):
            after = crawl_drawn(restored)

    assert {path for path, status in before.items() if status != 200} == set()
    assert [path for path in before if path.startswith("/media/")]
    assert [path for path in before if path.startswith("/documents/")]
    assert {path: after.get(path) for path in before} == before
    assert {
        name: (rows[name], again[name])
        for name in rows.keys() - CHANGED - {TASKS}
        if rows[name] != again[name]
    } == {}


def test_a_database_is_copied_row_by_row_to_another_kind_and_back(site, tmp_path):
    rows = site.run("tests.running.rows")
    between = replace(site, database_url=f"sqlite:///{tmp_path / 'between.sqlite3'}")
    with empty_database(tmp_path) as url:
        site.manage("copy_database", between.database_url)
        assert between.run("tests.running.rows") == rows
        between.run("tests.running.letters", "write", "3")
        rows = between.run("tests.running.rows")
        between.manage("copy_database", url)
        end = replace(site, database_url=url)

        assert end.run("tests.running.rows") == rows
        with pytest.raises(RuntimeError, match="not empty: nothing was copied"):
            site.manage("copy_database", url)
        # The next row has a number of its own.
        end.run("tests.running.letters", "write", "1")
