"""Updates the site in DATA_DIR, runs its queued tasks, requests its pages, and prints the results as JSON."""

import json
import os
from collections import Counter
from io import StringIO

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "site_cms.settings"
django.setup()

from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from events.models import GroupMessage
from home.batches import LONG
from home.models import OutgoingEmail
from site_cms.management.commands.release import pending_migrations
from tests.site_cms.test_update import SESSION


def main() -> None:
    queued = sorted(DBTaskResult.objects.values_list("task_path", flat=True))
    call_command("release", stdout=StringIO())
    # A message older than a day would not be sent, so make it recent.
    OutgoingEmail.objects.filter(state="queued").update(queued_at=timezone.now())
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    visitor = Client(headers={"host": "localhost:8000"})
    pages = Page.objects.live().public().filter(depth__gt=1).order_by("path")
    answers = {page.url: visitor.get(page.url).status_code for page in pages}
    visitor.cookies["sessionid"] = SESSION
    section = visitor.get("/membres/")
    # Pictures are for the process of long tasks, which does not run here.
    brought = DBTaskResult.objects.exclude(queue_name=LONG)
    seen = {
        "queued": queued,
        "pending": int(pending_migrations()),
        "states": dict(Counter(brought.values_list("status", flat=True))),
        "people": GroupMessage.objects.get().people().count(),
        "left": OutgoingEmail.objects.filter(state="sent").count(),
        "pages": len(answers),
        "refused": {address: status for address, status in answers.items() if status != 200},
        "section": section.status_code,
        "logged_in": getattr(section.wsgi_request.user, "email", ""),
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
