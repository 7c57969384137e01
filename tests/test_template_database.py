"""The template database is used only if it equals a newly migrated one."""

import sqlite3
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from wagtail.models import Collection, Page

from tests import template_database
from tests.conftest import RESTORE
from tests.template_database import file_of, fingerprint


@pytest.mark.django_db
def test_the_copy_has_every_migration():
    executor = MigrationExecutor(connection)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db(transaction=True)
def test_the_rows_of_the_migrations_come_back_after_tests_that_commit(pytestconfig):
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    assert not Page.objects.exists()

    pytestconfig.stash[RESTORE]()

    assert Page.objects.filter(depth=1).exists()
    assert Collection.objects.filter(depth=1).exists()


def test_other_migrations_change_the_name_of_the_template(tmp_path, monkeypatch):
    monkeypatch.setattr(apps, "get_app_configs", lambda: [SimpleNamespace(path=tmp_path)])
    migration = tmp_path / "migrations" / "0001_first.py"
    migration.parent.mkdir()
    names = [fingerprint()]
    for text in ("operations = []", "operations = [1]", "import home.files\noperations = [1]"):
        migration.write_text(text)
        names.append(fingerprint())
    (migration.parent / "0002_second.py").touch()
    names.append(fingerprint())

    assert len(set(names)) == len(names)
    assert fingerprint() == names[-1]


@pytest.mark.parametrize("what", ["SETTINGS", "distributions", "file_of", "run"])
def test_other_code_changes_the_name_of_the_template(what, tmp_path, monkeypatch):
    """Settings, installed versions, imports of migrations, and with --create-db the run itself."""
    before, run = fingerprint(), ""
    changed = tmp_path / "changed.py"
    changed.touch()
    if what == "run":
        run = "4f1c"
    elif what == "SETTINGS":
        monkeypatch.setattr(template_database, what, [changed])
    elif what == "distributions":
        monkeypatch.setattr(template_database, what, list)
    else:
        monkeypatch.setattr(template_database, what, lambda module: changed)

    assert fingerprint(run) != before


def test_modules_imported_by_migrations_are_found():
    assert file_of("home.fields").name == "fields.py"
    assert file_of("directory.models").name == "__init__.py"
    assert file_of("home.absent") is None


def test_a_template_is_created_once_and_replaces_older_ones(tmp_path, monkeypatch):
    made = []

    def migrate(database):
        made.append(database)
        sqlite3.connect(database).execute("CREATE TABLE a (b)").connection.close()

    monkeypatch.setattr(template_database, "migrate_a_new", migrate)

    first = [template_database.ready_in(tmp_path, "1") for _time in range(2)]
    second = template_database.ready_in(tmp_path, "2")

    assert len(made) == 2
    assert first == [tmp_path / "1.sqlite3"] * 2
    assert list(tmp_path.iterdir()) == [second]


def test_an_unfinished_template_is_not_used(tmp_path, monkeypatch):
    def break_off(database):
        sqlite3.connect(database).execute("CREATE TABLE a (b)").connection.close()
        raise KeyboardInterrupt

    monkeypatch.setattr(template_database, "migrate_a_new", break_off)
    with pytest.raises(KeyboardInterrupt):
        template_database.ready_in(tmp_path, "1")

    assert not (tmp_path / "1.sqlite3").exists()
