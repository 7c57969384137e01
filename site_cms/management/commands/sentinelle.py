"""`manage.py sentinelle`: run the privacy check now. Exit code 1 if it reports findings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from site_cms.privacy_check import run_watch


class Command(BaseCommand):
    help = (
        "Request every private URL as a member, as a former member and anonymously. Red (exit code 1) if a member is "
        "refused, if anyone else gets private content, or if there are fewer URLs than last time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        check = run_watch(timezone.now())
        for finding in check.findings:
            self.stderr.write(finding)
        if not check.is_green:
            raise CommandError(f"red: {len(check.findings)} findings")
        self.stdout.write(f"green: {check.count} addresses")
