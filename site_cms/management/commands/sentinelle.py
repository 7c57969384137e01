"""`manage.py sentinelle`: is everything private still private? Exit code 1 when it is not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from site_cms.privacy_check import run_watch


class Command(BaseCommand):
    help = (
        "Asks the site for everything private, as a member, as a former member and as anybody. Red (exit code 1) when "
        "a member does not get it, when somebody else does, or when there is less to ask for than the last time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        check = run_watch(timezone.now())
        for finding in check.findings:
            self.stderr.write(finding)
        if not check.is_green:
            raise CommandError(f"red: {len(check.findings)} findings")
        self.stdout.write(f"green: {check.count} addresses")
