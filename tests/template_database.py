"""Migrated template database, copied by each test process. docs/testing.md explains when it is rebuilt."""

import fcntl
import hashlib
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
#: Settings used by data migrations: languages, applications, swapped models.
SETTINGS = [
    ROOT / name for name in ("site_cms/settings.py", "site_cms/environment.py", "tests/settings.py")
]
OUR_MODULES = re.compile(
    r"^\s*(?:import|from)\s+((?:home|events|directory|site_cms)[\w.]*)", re.MULTILINE
)


def make_ready(folder: Path, run: str = "") -> str:
    """Return the template: an SQLite file in `folder`, or a database on the PostgreSQL server. Create it if missing.

    With `run`, only a template created in this run is used.
    """
    # Processes start at the same time: the first one creates it, the others wait.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "postgresql":
            return ready_on_the_server(fingerprint(run))
        return str(ready_in(folder, fingerprint(run)))


@contextmanager
def copied(template: str) -> Iterator[None]:
    """Make new test databases copies of the template, until the end of the block."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = template
        yield
        return
    memory = connection.creation._get_test_db_name()
    with closing(
        sqlite3.connect(memory, uri=True)
    ) as copy:  # kept open, or the in-memory database would be freed
        with closing(sqlite3.connect(template)) as original:
            original.backup(copy)
        yield


def restore(template: str) -> None:
    """Make the test database, which exists, a copy of the template again."""
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(template)) as original:
        original.backup(connection.connection)


def fingerprint(run: str = "") -> str:
    """Return a hash of everything that determines a migrated database: migrations, their imports, versions."""
    installed = sorted(f"{one.name} {one.version}" for one in distributions())
    digest = hashlib.sha256(f"{run} {sys.version} {sqlite3.sqlite_version} {installed}".encode())
    migrations = [
        path
        for app in apps.get_app_configs()
        for path in sorted(Path(app.path).glob("migrations/**/*.py"))
    ]
    used = {name for path in migrations for name in OUR_MODULES.findall(path.read_text("utf-8"))}
    for path in [*migrations, *SETTINGS, *filter(None, map(file_of, sorted(used)))]:
        digest.update(f"\n{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def file_of(module: str) -> Path | None:
    """Return the file of one of the site's modules, or None."""
    place = ROOT.joinpath(*module.split("."))
    found = (place.with_suffix(".py"), place / "__init__.py")
    return next((path for path in found if path.exists()), None)


def ready_in(folder: Path, key: str) -> Path:
    """Return the template as an SQLite file, created if missing. Deletes older ones."""
    template = folder / f"{key}.sqlite3"
    if not template.exists():
        for old in folder.glob("*.sqlite3"):
            old.unlink()
        unfinished = folder / "unfinished.sqlite3"
        migrate_a_new(str(unfinished))
        unfinished.rename(template)
    return template


def ready_on_the_server(key: str) -> str:
    """Return the name of the template on PostgreSQL, created if missing. Drops this checkout's older ones."""
    ours = f"site_cms_template_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    template = f"{ours}_{key}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [ours])
        found = {name for (name,) in cursor.fetchall()}
        if template not in found:
            for old in found:
                cursor.execute(f'DROP DATABASE "{old}"')
            migrate_a_new(f"{ours}_unfinished")
            cursor.execute(f'ALTER DATABASE "{ours}_unfinished" RENAME TO "{template}"')
    return template


def migrate_a_new(database: str) -> None:
    """Create a test database through Django, with all migrations."""
    tests: dict[str, Any] = connection.settings_dict["TEST"]
    own_name, own_tests = connection.settings_dict["NAME"], dict(tests)
    tests["NAME"] = database
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.creation.destroy_test_db(own_name, verbosity=0, keepdb=True)
    finally:
        tests.update(own_tests)
