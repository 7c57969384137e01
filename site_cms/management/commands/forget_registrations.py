"""`manage.py forget_registrations [--dry-run]`: delete expired registration data now, or count it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from events.registration.purge import Purge


class Command(BaseCommand):
    help = "Delete answers and names past the retention periods of the site settings."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Count without deleting.")

    def handle(self, *args: Any, **options: Any) -> None:
        done = Purge(timezone.now(), dry_run=options["dry_run"]).run().counts
        verb = "to forget" if options["dry_run"] else "forgotten"
        self.stdout.write(
            f"{verb}: answers of {done['answers']} people, identity of {done['identities']} people, "
            f"{done['messages']} messages"
        )
