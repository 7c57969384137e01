"""`manage.py import_pages PATH… [--dry-run] [--update]`: publish pages from files in the format of docs/import.md."""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from site_cms.page_import import Import


class Command(BaseCommand):
    help = (
        "Publish pages from Markdown files with a YAML header. Existing pages, found by slug, are left unchanged without "
        "--update. Invalid files are refused with line and reason, the others are imported; exit code 1 if any is refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="read and check, write nothing")
        parser.add_argument("--update", action="store_true", help="replace pages that exist")

    def handle(self, *args: Any, **options: Any) -> None:
        # This command prints one line per page; Wagtail would log three.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        run = Import(self.stdout.write, self.stderr.write, update=options["update"])
        run.read(options["paths"])
        if options["dry_run"]:
            run.foretell()
        else:
            run.write()
        if run.refused:
            raise CommandError(f"{run.refused} refused")
