"""`manage.py seed_demo`: load the demonstration site: pages, events, members, accounts."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from site_cms.demo.attendance import fill_meeting
from site_cms.demo.decoration import dress_site
from site_cms.demo.people import make_accounts, make_network
from site_cms.demo.registrations import fill_events
from site_cms.demo.texts import write_texts
from site_cms.site_tree import ensure_site


class Command(BaseCommand):
    help = "Load the demonstration site into an empty database (DEMO=1 only). Existing content is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="Load it into a database with accounts; a second run adds only what is missing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("seed_demo needs DEMO=1: the password of its accounts is public.")
        if get_user_model().objects.exists() and not options["force"]:
            raise CommandError(
                "The database has accounts already: nothing was loaded. Use --force to load anyway."
            )
        ensure_site()
        with tempfile.TemporaryDirectory(prefix="demonstration-") as folder:
            write_texts(Path(folder) / "pages", today=timezone.localdate())
            call_command("import_pages", str(Path(folder) / "pages"), stdout=self.stdout)
        dress_site()
        make_network()
        fill_events()
        fill_meeting()
        # Last, because `release` takes them as a sign that the demonstration is complete.
        make_accounts()
