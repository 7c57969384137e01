"""`manage.py seed_crowd`: add fake members and organisations to the demonstration's directory."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from site_cms.demo.crowd import make_crowd


class Command(BaseCommand):
    help = "Add fake members and organisations to the directory, for benchmarks (DEMO=1 only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=int, default=10_000)
        parser.add_argument("--organisations", type=int, default=2_000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "seed_crowd needs DEMO=1: fake members do not belong in a real directory."
            )
        make_crowd(members=options["members"], organisations=options["organisations"])
        self.stdout.write(
            f"{options['members']} members and {options['organisations']} organisations were added."
        )
