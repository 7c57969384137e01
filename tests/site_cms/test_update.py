"""Update of a site from a former release: rows, sessions and queued tasks still work after `release`.

`data/demonstration-17af987.sqlite3.xz` is the demonstration loaded by that commit, with a member's session and three
queued tasks: a message, the renditions of a page, a message to the people registered for an event.
"""

import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils.module_loading import import_string
from django_tasks.base import Task

from site_cms.queued_tasks import MOVED

ROOT = Path(__file__).resolve().parents[2]
FORMER = Path(__file__).parent / "data" / "demonstration-17af987.sqlite3.xz"
SESSION = "sessionofamemberbefore0000000000"
#: Secret key of that demonstration, on which the session's hash depends.
KEY = "a-key-of-the-tests-alone-that-opens-nothing"


def test_every_moved_task_exists_at_its_new_path():
    assert [name for name in MOVED.values() if not isinstance(import_string(name), Task)] == []


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Results of updated_site.py, run in a subprocess with the site's own settings."""
    folder = tmp_path_factory.mktemp("former")
    (folder / "site.sqlite3").write_bytes(lzma.decompress(FORMER.read_bytes()))
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"DEMO": "1", "DEBUG": "1", "DATA_DIR": str(folder), "SECRET_KEY": KEY}
    told = subprocess.run(
        [sys.executable, "-m", "tests.site_cms.updated_site"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    return json.loads(told.stdout.splitlines()[-1])


def test_the_former_demonstration_migrates_and_serves(updated):
    assert updated["pending"] == 0
    assert updated["pages"] > 25
    assert updated["refused"] == {}


def test_a_member_stays_logged_in(updated):
    assert updated["section"] == 200
    assert updated["logged_in"] == "membre@example.org"


def test_tasks_queued_under_former_paths_run(updated):
    assert updated["queued"] == [
        "events.tasks.send_group_message",
        "home.tasks.deliver",
        "home.tasks.make_pictures",
    ]
    assert updated["states"] == {"SUCCESSFUL": 3 + updated["people"]}
    assert updated["left"] == 1 + updated["people"]
