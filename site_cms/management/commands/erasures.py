"""`manage.py erasures [--yes]`: count what the clock would erase for good now, or erase it on a person's word."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from site_cms.clock_guard import counts_of, note_round
from site_cms.management.commands.clock import JOBS


class Command(BaseCommand):
    help = (
        "Count what the clock would erase for good now. With --yes, erase it, even if it is a large part or the clock "
        "has jumped: say it after a look at this machine's date."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Erase.")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        self.stdout.write(f"It is {now:%Y-%m-%d %H:%M} UTC.")
        for job in (job for job in JOBS if job.erases):
            for what, number in counts_of(job.run, now).items():
                self.stdout.write(f"{job.name}: {number} {what}")
            if options["yes"]:
                job.run(now)
        if options["yes"]:
            note_round(now)
            self.stdout.write("Erased.")
