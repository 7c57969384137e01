"""`manage.py release`: prepare the database and static files before a new version starts (Procfile)."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from directory.accounts.addresses import confirm_addresses, lost_addresses
from home.links.night import read_all_pages
from home.models import PageLink, SiteImage
from home.models.media import repair_originals
from home.models.search import index_missing
from site_cms.heartbeats import expect_signs
from site_cms.queued_tasks import rename_moved_tasks
from site_cms.release_lock import one_release
from site_cms.shelf.generations import change
from site_cms.site_tree import ensure_site


class Command(BaseCommand):
    help = (
        "Migrate, create the required pages, collect static files; each only if needed. "
        "Stops if the database is not safe to serve."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with one_release(self.stdout.write):
            self.prepare()

    def prepare(self) -> None:
        if pending_migrations():
            self.stdout.write("Migrating…")
            call_command("migrate", interactive=False, verbosity=0)
        rename_moved_tasks()
        ensure_site(self.stdout.write, follow_base_url=True)
        confirm_addresses()
        for address in lost_addresses():
            self.stderr.write(
                f"{address}: this account lost its address; type it in « Utilisateurs »."
            )
        self.check(tags=[Tags.database], databases=["default"])
        index_missing()
        if not PageLink.objects.exists():
            read_all_pages()
        if SiteImage.objects.filter(is_prepared=False).exists():
            repair_originals.enqueue()
        expect_signs(timezone.now())
        if not settings.DEBUG:
            self.collect_static_files()
        change()
        # Staff accounts are created last: without them the demonstration is missing or incomplete.
        if settings.DEMO and not get_user_model().objects.filter(is_superuser=True).exists():
            self.stdout.write("Loading the demonstration site…")
            call_command("seed_demo", force=True)

    def collect_static_files(self) -> None:
        """Run collectstatic if a file's path, size or date has changed since the last run."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        now = fingerprint_of_static_files()
        if stamp.exists() and stamp.read_text() == now:
            return
        self.stdout.write("Collecting static files…")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(now)


def pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def fingerprint_of_static_files() -> str:
    seen = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            file = Path(storage.path(path)).stat()
            seen.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    return seen.hexdigest()
