"""Query counts of each page type in new processes, with 1 row and with 30 rows of everything.

Run by test_budgets.py as a subprocess: `python -m tests.site_cms.cold_queries [TEMPLATE]` prints JSON. TEMPLATE is a
migrated database of SQLite to begin with.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import django

os.environ |= {"DEMO": "1", "DEBUG": "0", "DATABASE_URL": "", "CACHE_URL": "", "LOG_LEVEL": "ERROR"}
os.environ |= {"BASE_URL": "http://localhost", "DJANGO_SETTINGS_MODULE": "site_cms.settings"}
FOLDER = tempfile.TemporaryDirectory(prefix="site-cms-cold-")
os.environ["DATA_DIR"] = FOLDER.name
if sys.argv[1:]:
    shutil.copy(sys.argv[1], Path(FOLDER.name) / "site.sqlite3")
# Before django.setup(), because the static files manifest is read once.
for command in (["migrate"], ["collectstatic", "--noinput"]):
    subprocess.run([sys.executable, "manage.py", *command, "--verbosity=0"], check=True)
django.setup()

from django.urls import get_resolver
from django.utils import timezone

from directory.models import Invitation
from events.models import RecapPage
from home.models import NewsIndexPage, Theme
from site_cms.site_tree import ensure_site
from tests import builders
from tests.bench.client import ask, count_queries, in_a_new_process, run_waiting_tasks

PUBLIC = [
    "/",
    "/actualites/",
    "/actualites/?page=2",
    "/actualites/article-0/",
    "/actualites/compte-rendu-0/",
    "/actualites/flux/",
    "/agenda/",
    "/agenda/a-venir-0/",
    "/agenda/passe-0/",
    "/agenda/calendrier.ics",
    "/ressources/",
    "/ressources/ressource-0/",
    "/le-reseau/",
    "/rejoindre/",
    "/recherche/?q=rencontre",
    "/plan-du-site/",
    "/sitemap.xml",
    "/lettre/",
    "/contact/",
    "/compte/connexion/",
]
MEMBERS = [
    "/membres/",
    "/membres/annuaire/",
    "/membres/annuaire/?q=exemple",
    "/membres/invitations/",
]
MEMBER = "membre@example.org"


def add_rows(first: int, last: int) -> None:
    """Create rows `first` to `last` of everything that lists show, with a theme and an image."""
    now = timezone.now()
    theme, _ = Theme.objects.get_or_create(slug="essai", defaults={"name": "Essai"})
    news = NewsIndexPage.objects.get()
    for number in range(first, last):
        shared = {"main_image": builders.make_image(), "first_published_at": now}
        title = f"Rencontre {number}"
        builders.make_news(themes=[theme], title=title, slug=f"article-{number}", **shared)
        builders.make_resource(
            themes=[theme], title=title, slug=f"ressource-{number}", first_published_at=now
        )
        ahead, ago = now + timedelta(days=10 + number), now - timedelta(days=10 + number)
        coming = builders.make_event(
            title=title, slug=f"a-venir-{number}", starts_at=ahead, **shared
        )
        past = builders.make_event(title=title, slug=f"passe-{number}", starts_at=ago, **shared)
        recap = RecapPage(title=title, slug=f"compte-rendu-{number}", event=past, **shared)
        news.add_child(instance=recap)
        builders.make_member(organisation=builders.make_organisation(f"Exemple {number}"))
        Invitation.objects.create(
            title=title, document=builders.make_document(), page=coming, audience="members"
        )


def measure() -> dict[str, int]:
    addresses = [(address, "") for address in PUBLIC] + [(address, MEMBER) for address in MEMBERS]
    in_a_new_process(visit, addresses)
    in_a_new_process(run_waiting_tasks)  # renditions among them
    return {
        address: in_a_new_process(count_queries, address, email) for address, email in addresses
    }


def visit(addresses: list[tuple[str, str]]) -> None:
    for address, email in addresses:
        ask(address, email)


def prepare() -> None:
    ensure_site()
    builders.make_member(email=MEMBER)
    add_rows(0, 1)


if __name__ == "__main__":
    get_resolver().url_patterns  # noqa: B018 -- imports all views, as a web process does before it forks
    in_a_new_process(prepare)
    one = measure()
    in_a_new_process(add_rows, 1, 30)
    many = measure()
    json.dump({address: [one[address], many[address]] for address in one}, sys.stdout)
