"""`manage.py copy_database URL`: copy every row into an empty database, of the other kind or of the same."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, connections

from site_cms.database_copy import TARGET, connect_target, copy_rows
from site_cms.management.commands.release import pending_migrations
from site_cms.shelf.generations import change
from site_cms.tables import holds_a_site


class Command(BaseCommand):
    help = (
        "Copy every row of this site's database into an empty one: from SQLite to PostgreSQL, or back. Stop the site "
        "before; set DATABASE_URL to the new one after. Private files are not copied: they stay in DATA_DIR."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", metavar="URL", help="as in DATABASE_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"]
        self.refuse(url)
        self.in_target(url, "migrate", "--no-input")
        try:
            numbers = copy_rows()
        except DatabaseError as error:
            raise CommandError(f"Nothing was copied: {error}") from error
        self.in_target(url, "update_index")
        change()
        self.stdout.write(f"{sum(numbers.values())} rows of {len(numbers)} tables were copied.")

    def refuse(self, url: str) -> None:
        try:
            connect_target(url)
            target = connections[TARGET]
            target.ensure_connection()
            if is_same(target.settings_dict, connection.settings_dict):
                raise CommandError("This is the site's own database: nothing was copied.")
            if holds_a_site(using=TARGET):
                raise CommandError("The other database is not empty: nothing was copied.")
        except (ImproperlyConfigured, DatabaseError) as error:
            raise CommandError(f"The other database cannot be used: {error}") from error
        if pending_migrations():
            raise CommandError("This site's database has migrations to run: run `release` first.")

    def in_target(self, url: str, *command: str) -> None:
        """Run a command as a site on the other database would: migrations write where DATABASE_URL says."""
        done = subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, "manage.py", *command, "--verbosity", "0"],
            cwd=Path(settings.BASE_DIR),
            env=os.environ | {"DATABASE_URL": url},
            check=False,
        )
        if done.returncode:
            raise CommandError(f"`{command[0]}` failed in the other database: nothing was copied.")


def is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    keys = ("ENGINE", "NAME", "HOST", "PORT")
    return [str(one[key]) for key in keys] == [str(other[key]) for key in keys]
