"""`manage.py restore FILE [--verify] [--replace]`: put a backup back, or only read it whole."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from site_cms.backup import BadBackup, read_backup
from site_cms.restoration import NotEmpty, OtherVersion, restore


class Command(BaseCommand):
    help = (
        "Put a backup back into an empty site, whatever kind of database it has: all of it, or nothing. Messages that "
        "waited are held, everybody logs in again, pictures are drawn again. Stop the site before, run `release` after."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--verify", action="store_true", help="Read it whole, write nothing.")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Delete what this site holds, and put the backup in its place.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            if options["verify"]:
                contents = read_backup(path)
            else:
                contents = restore(path, replace=options["replace"], tell=self.stdout.write)
        except (BadBackup, OtherVersion) as error:
            raise CommandError(f"{path}: {error}. Nothing was written.") from error
        except NotEmpty as error:
            raise CommandError(
                "This site is not empty: nothing was written. Give it an empty database and an empty DATA_DIR, or say "
                "--replace to delete what it holds."
            ) from error
        except (DatabaseError, OSError) as error:
            raise CommandError(
                f"{path} was not restored, the site is as before: {error}"
            ) from error
        verb = "is whole" if options["verify"] else "is restored: run `release`"
        self.stdout.write(
            f"{path}, of {contents.made_at}, {verb}. {contents.rows} rows, {len(contents.files)} files."
        )
