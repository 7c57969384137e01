"""`manage.py import_pages PATH… [--dry-run] [--update]`: publish pages from files in the format of docs/import.md.

A folder that `export_pages` wrote is restored as it was: drafts stay drafts, private pages private.
"""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from home.page_folders.tree import TreeImport, is_export
from site_cms.page_import import Import
from site_cms.site_tree import ensure_site


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
        exports = [path for path in options["paths"] if is_export(path)]
        files = [path for path in options["paths"] if path not in exports]
        say, complain, update = self.stdout.write, self.stderr.write, options["update"]
        runs: list[Import | TreeImport] = [
            TreeImport(path, say, complain, update) for path in exports
        ]
        runs += [Import(say, complain, update, files)] if files else []
        for run in runs:
            run.read()
            if options["dry_run"]:
                run.foretell()
            else:
                ensure_site()
                run.write()
        refused = sum(run.refused for run in runs)
        if refused:
            raise CommandError(f"{refused} refused")
