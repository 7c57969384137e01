"""Continuous integration runs a test on the second kind of database only if it could say something else there."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import asks_a_database


def item(place: str = "tests/home/test_a.py", *fixtures: str, marker: Any = None) -> Any:
    return SimpleNamespace(
        path=Path(place), fixturenames=fixtures, get_closest_marker=lambda _name: marker
    )


@pytest.mark.parametrize(
    ("one", "asks"),
    [
        (item(), False),
        (item("tests/home/test_a.py", "tmp_path", "client"), False),
        (item("tests/home/test_a.py", "outbox", "db"), True),
        (item("tests/home/test_a.py", "made_once", "django_db_setup"), True),
        (item(marker=pytest.mark.django_db), True),
        (item("tests/running/test_backup.py"), True),
    ],
)
def test_a_test_without_database_runs_once(one, asks):
    assert asks_a_database(one) == asks
