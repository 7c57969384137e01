"""Commands of manage.py that operators are told to run: each is run to its end, as it is written, on a site of its own."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from home.spreadsheets import xlsx
from tests.bench.running_site import RunningSite, free_port
from tests.test_recipes import commands

PAGE = """---
type: article
title: Une page de fichier
---
Un texte.
"""
MEMBERS = [("Prénom", "Nom", "Adresse e-mail"), ("Odile", "Exemple", "odile@example.org")]
#: What is added so that a command ends, and asks nothing.
ENDING = {
    "db_worker": ["--batch"],
    "createsuperuser": ["--noinput", "--email", "premiere@example.org"],
}
#: Commands that need what the others make.
LAST = ("copy_database", "restore")


def told() -> list[list[str]]:
    """Return each command once, with and without what it may take: `[--dry-run]`; the site's own come first."""
    found = [
        [name, *arguments] for name, arguments in commands("docs/operations.md", "docs/import.md")
    ]
    unique = list(dict.fromkeys(map(tuple, found)))
    return [list(one) for one in sorted(unique, key=lambda one: one[0] in LAST)]


def empty_database(folder: Path) -> str:
    return f"sqlite:///{folder / 'other.sqlite3'}"


# How commands are written does not depend on the database: backup and copy go the whole way on both (`test_backup.py`).
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_command_of_the_recipes_runs_to_its_end(site, tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_SUPERUSER_PASSWORD", "premiere-fois-2026")
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "page.md").write_text(PAGE)
    (tmp_path / "members.xlsx").write_bytes(xlsx("Membres", MEMBERS[0], MEMBERS[1:]))
    elsewhere = replace(site, folder=tmp_path / "elsewhere", port=free_port())
    elsewhere.folder.mkdir()

    url, empty = empty_database(tmp_path), empty_database(elsewhere.folder)

    with site.started("web"):
        names = {
            "site.tar": str(tmp_path / "site.tar"),
            "members.xlsx": str(tmp_path / "members.xlsx"),
            "PATH": str(pages),
            "DATE": "2026-05-31",
            "postgres://user:password@host/name": url,
        }
        for number, (command, *arguments) in enumerate(told()):
            names["DIR"] = str(tmp_path / f"new-folder-{number}")
            names["FILE"] = str(tmp_path / f"new-file-{number}")
            words = [names.get(word, word) for word in arguments]
            at = replace(elsewhere, database_url=empty) if command == "restore" else site
            run(at, command, *words)


def run(site: RunningSite, command: str, *arguments: str) -> None:
    site.manage(command, *arguments, *ENDING.get(command, []))
