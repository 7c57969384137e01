"""Each commit of a public write is told once, even if a savepoint or a function of on_commit fails."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

from events.models import EventIndexPage
from site_cms.shelf import writes
from site_cms.shelf.generations import FolderGenerations
from site_cms.shelf.writes import ConnectionWatch

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]


def watches() -> list[ConnectionWatch]:
    return [one for one in connection.execute_wrappers if isinstance(one, ConnectionWatch)]


@pytest.fixture
def told(db: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    connection.ensure_connection()
    [watch] = watches()
    watch.public = watch.places = False
    seen: list[str] = []
    monkeypatch.setattr(writes, "change", lambda: seen.append("moved"))
    return seen


def write() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO home_theme (name, slug) VALUES ('Eau', 'eau')")


def write_and_fail() -> None:
    with transaction.atomic():
        write()
        raise ZeroDivisionError


def commit_and_fail() -> None:
    with transaction.atomic():
        transaction.on_commit(fail)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE home_theme SET name = 'Air'")


def fail() -> None:
    raise ZeroDivisionError


def test_a_write_outside_a_transaction_is_told_at_once(told):
    EventIndexPage.objects.update(lead="x")
    assert told == []  # there is no row

    write()

    assert told == ["moved"]


def test_a_transaction_is_told_once_when_it_is_committed(told):
    with transaction.atomic():
        write()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE home_theme SET name = 'Air'")
        assert told == []

    assert told == ["moved"]


def test_a_transaction_that_is_rolled_back_is_not_told(told):
    with pytest.raises(ZeroDivisionError):
        write_and_fail()

    assert told == []


def test_a_savepoint_that_is_rolled_back_loses_nothing(told):
    """cache 25."""
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            write_and_fail()
        write()

    assert told == ["moved"]


def test_a_function_that_raises_on_commit_loses_nothing(told):
    """cache 25."""
    write()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            commit_and_fail()

    assert told == ["moved"] * 3


def test_a_write_during_a_function_of_on_commit_is_told(told):
    with transaction.atomic():
        transaction.on_commit(write)

    assert told == ["moved"]


def test_a_connection_that_is_opened_again_is_watched_once(told):
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory ends with its connection")
    connection.close()
    write()

    assert len(watches()) == 1
    assert told == ["moved"]


MOVE = """
import sys
from pathlib import Path
import django
django.setup()
from site_cms.shelf import generations as module
module.next_timestamp = lambda: 4e9
held = module.FolderGenerations(Path(sys.argv[1]))
for _ in range(2000):
    print(held.renew().token)
"""


def test_two_processes_never_begin_generations_of_one_name(tmp_path):
    """cache 25."""
    command = [sys.executable, "-c", MOVE, str(tmp_path)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    tokens = [token for one in running for token in one.communicate()[0].split()]

    assert len(tokens) == len(set(tokens)) == 4000
    assert FolderGenerations(tmp_path).read().token in tokens
