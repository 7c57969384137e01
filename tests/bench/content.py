"""Creates the content of the registration tests in a new database: site tree, staff account, event.

    python -m tests.bench.content TITLE=PLACES…

Prints the event's key, path and sessions as JSON. The demonstration is not loaded, because it takes too long.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

ADMIN, PASSWORD = "admin@example.org", "demonstration"


def main(sessions: list[str]) -> None:
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- app ready

    call_command("migrate", interactive=False, verbosity=0)
    json.dump(prepare(dict(session.split("=") for session in sessions)), sys.stdout)


def prepare(sessions: dict[str, str]) -> dict[str, Any]:
    """Create a staff account and an event in 30 days, with sessions of these capacities. Each call adds an event."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- app ready
    from django.utils import timezone  # noqa: PLC0415 -- app ready

    from events.models import EventIndexPage, EventPage, Session  # noqa: PLC0415 -- app ready
    from site_cms.site_tree import ensure_site  # noqa: PLC0415 -- app ready

    ensure_site()
    if not get_user_model().objects.filter(email=ADMIN).exists():
        get_user_model().objects.create_superuser(ADMIN, PASSWORD)
    starts_at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=30)
    event = EventPage(title="Rencontre très attendue", starts_at=starts_at, venue_town="Amiens")
    event.sessions = [
        Session(title=title, capacity=int(places), starts_at=starts_at)
        for title, places in sessions.items()
    ]
    EventIndexPage.objects.get().add_child(instance=event)
    event.save_revision().publish()
    uuids = {session.title: str(session.uuid) for session in event.sessions.all()}
    return {"key": event.pk, "path": event.url, "sessions": uuids}


if __name__ == "__main__":
    main(sys.argv[1:])
