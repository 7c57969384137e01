"""Creates an event in each state on a running site: `python -m tests.journeys.states`, in that site's environment.

Prints the URLs, one per line. A separate program, because the journeys do not import Django.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import django

PLACES = 6
#: Later than the demonstration's events, which other journeys expect to be the next ones.
AFTER_ALL_OTHERS = timedelta(days=300)


def states(now: datetime) -> dict[str, dict[str, Any]]:
    """Return the fields of each state, by slug. `taken` is the number of registrations."""
    outside = "https://formulaires.exemple.fr/rencontre"
    return {
        "ouvert": {},
        "a-venir": {"registration_opens_at": now + timedelta(days=3)},
        "dernieres-places": {"taken": PLACES - 2},
        "liste-d-attente": {"taken": PLACES},
        "complet": {"taken": PLACES, "waiting_list": False},
        "clos": {"registration_deadline": now.date() - timedelta(days=1)},
        "passe": {"starts_at": now - timedelta(days=900), "taken": 2},
        "membres": {"registration_audience": "members"},
        "ailleurs": {"registration_form": "outside", "outside_form_url": outside},
        "sans-inscription": {"registration_form": "none"},
        "reporte": {"status": "postponed"},
        "annule": {"status": "cancelled"},
        "deplace": {"previous_dates": [("date", now + timedelta(days=290))]},
    }


def make_all(now: datetime) -> Iterator[str]:
    for slug, fields in states(now).items():
        yield make(f"etat-{slug}", **{"starts_at": now + AFTER_ALL_OTHERS} | fields)


def make(slug: str, *, taken: int = 0, **fields: Any) -> str:
    from events.models import Question  # noqa: PLC0415 -- app ready
    from tests.builders import make_event, make_hidden_session, make_registration  # noqa: PLC0415 -- app ready

    event = make_event(title="Rencontre des territoires", slug=slug, capacity=PLACES, **fields)
    event.questions = [
        Question(label="Un document à nous faire lire", field_type="file", required=False),
        Question(label="Besoin particulier", field_type="multiline", required=False),
    ]
    event.save()
    session = make_hidden_session(event)
    for _number in range(taken):
        make_registration(event, session)
    return str(event.url)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings")
    django.setup()
    from django.utils import timezone

    for address in make_all(timezone.now()):
        print(address)
