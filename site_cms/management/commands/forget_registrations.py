"""What the clock forgets of registrations, at once or only counted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from events.registration.retention import Purge


class Command(BaseCommand):
    help = "Forgets the answers and the names whose time is over, as the settings of the site say."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Count, and erase nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        done = Purge(timezone.now(), dry_run=options["dry_run"]).run().counts
        verb = "to forget" if options["dry_run"] else "forgotten"
        self.stdout.write(
            f"{verb}: answers of {done['answers']} people, identity of {done['identities']} people, "
            f"{done['messages']} messages"
        )
