"""`manage.py backup FILE`: write the site, rows and private files, into one file while it runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from site_cms.backup import write_backup


class Command(BaseCommand):
    help = (
        "Write the database and the private files into one file, which fits SQLite and PostgreSQL. The site may run. "
        "The file holds personal data: encrypt it, and let it expire."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            contents = write_backup(path, warn=self.stderr.write)
        except OSError as error:
            raise CommandError(f"No backup was written: {error}.") from error
        self.stdout.write(f"{path}: {contents.rows} rows, {len(contents.files)} files.")
