"""`manage.py import_members FILE [--dry-run] [--invite]`: enrol the network's existing members from a spreadsheet."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from directory.member_import.enrolment import Verdict, enrol_lines, judge
from directory.member_import.spreadsheet import UnreadableFile, read_lines


class Command(BaseCommand):
    help = (
        "Enrol members from a CSV or XLSX file (docs/import.md). Each line is told; a bad one is refused by its number "
        "and the others go on; exit code 1. Running it again enrols nobody twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="read and check, write nothing")
        parser.add_argument(
            "--invite", action="store_true", help="write to everyone who has never logged in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            lines = read_lines(path.name, path.read_bytes())
        except (UnreadableFile, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        dry = options["dry_run"]
        verdicts = judge(lines) if dry else enrol_lines(lines, invite=options["invite"])
        tally = Counter(self.tell(verdict, dry=dry) for verdict in verdicts)
        for outcome, count in tally.items():
            self.stdout.write(f"{outcome}\u00a0: {count}")
        if tally["refusée"]:
            raise CommandError(f"{tally['refusée']} refused")

    def tell(self, verdict: Verdict, *, dry: bool) -> str:
        """Write a line of the report and return the outcome in a word."""
        place = f"ligne {verdict.number}, {verdict.name or 'sans nom'}"
        if verdict.refusal:
            self.stderr.write(f"{place}\u00a0: refusée. {verdict.refusal}")
            return "refusée"
        outcome = "déjà membre" if verdict.known else "serait ajoutée" if dry else "ajoutée"
        self.stdout.write(f"{place}\u00a0: {outcome}{', invitée' if verdict.invited else ''}")
        return outcome
