"""`manage.py export_pages DIR [--since DATE] [--personal]`: write the site's content into a folder that is easy to leave with."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware

from site_cms.page_export import ExportRefused, export_site


class Command(BaseCommand):
    help = (
        "Write all pages, drafts and private ones too, with their images, documents, redirects and settings, into a new "
        "folder that only its owner reads: Markdown, YAML, CSV and the originals. import_pages reads it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--since", metavar="DATE", help="only pages changed from that day on, 2026-05-31"
        )
        parser.add_argument(
            "--personal", action="store_true", help="add members.xlsx, the members' own data"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        since, personal = start_of(options["since"]), options["personal"]
        try:
            counts = export_site(
                options["folder"], since=since, personal=personal, complain=self.stderr.write
            )
        except ExportRefused as refusal:
            raise CommandError(f"Nothing was exported: {refusal}.") from refusal
        told = ", ".join(f"{number} {name}" for name, number in counts.items())
        self.stdout.write(f"{options['folder']}: {told}.")


def start_of(day: str | None) -> datetime | None:
    """Return the first moment of a day, in the site's time zone."""
    if day is None:
        return None
    try:
        found = parse_date(day)
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"{day!r} is not a date such as 2026-05-31.")
    return make_aware(datetime.combine(found, time.min))
