"""Each state of an event is told in the same words, and calls to register in the same cases, in every place that shows it."""

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from events.models import EventPage, Registration, Session
from home.models import SiteSettings
from tests.builders import NOW, make_agenda, make_event, make_home, make_registration

pytestmark = pytest.mark.django_db

#: State → fields of the event, the label, and whether it calls to register.
STATES: dict[str, tuple[dict[str, Any], str, bool]] = {
    "open": ({}, "Inscriptions ouvertes", True),
    "last places": ({"capacity": 4}, "Dernières places", True),
    "waiting": ({"capacity": 1}, "Complet – liste d’attente", True),
    "full": ({"capacity": 1, "waiting_list": False}, "Complet", False),
    "members": ({"registration_audience": "members"}, "Réservé aux membres", True),
    "outside": (
        {"registration_form": "outside", "outside_form_url": "https://exemple.fr/form"},
        "Inscription sur un autre site",
        True,
    ),
    "not yet": ({"registration_opens_at": NOW + timedelta(days=1)}, "Inscriptions à venir", False),
    "closed": ({"registration_deadline": date(2026, 5, 31)}, "Inscriptions closes", False),
    "none": ({"registration_form": "none"}, "Sans inscription", False),
    "cancelled": ({"status": "cancelled"}, "Annulé", False),
    "postponed": ({"status": "postponed"}, "Reporté", False),
    "past": ({"starts_at": NOW - timedelta(days=2)}, "Passé", False),
}
#: What a page says to somebody who can register.
CALLS = re.compile(
    r"S’inscrire|Rejoindre la liste|Se connecter pour s’inscrire|href=\"[^\"]*#inscription\""
)


@pytest.fixture(autouse=True)
def _site_at_now(clock: Any) -> None:
    make_home()
    make_agenda()


def make(state: str) -> EventPage:
    fields, _label, _invites = STATES[state]
    event = make_event(title="Rencontre d’Arras", **fields)
    if fields.get("capacity") == 1:
        make_registration(event, Session.objects.create(event=event, hidden=True))
    site_settings = SiteSettings(site=event.get_site(), partner_sites="https://www.ville.fr")
    site_settings.save()
    return event


def poster(event: EventPage) -> str:
    page = Client().get("/").content.decode()
    return page.partition('<section class="poster"')[2].partition("</section>")[0]


def row(event: EventPage) -> str:
    page = Client().get("/agenda/").content.decode()
    return page.partition('<article class="event-row')[2].partition("</article>")[0]


def page(event: EventPage) -> str:
    """The event's own page, without the menu and the newsletter."""
    return Client().get(event.url).content.decode().partition("<main")[2].partition("</main>")[0]


def frame(event: EventPage) -> str:
    return Client().get(f"{event.url}?embed").content.decode()


PLACES: list[Callable[[EventPage], str]] = [poster, row, page, frame]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("state", STATES)
def test_a_state_has_one_label_and_calls_only_where_one_can_register(state, place):
    _fields, label, invites = STATES[state]
    event = make(state)

    shown = place(event)

    if not shown:
        assert (place, state) in {(poster, "past"), (poster, "cancelled"), (poster, "postponed")}
        return
    assert f">{label}<" in re.sub(r"<svg.*?</svg>", "", shown, flags=re.DOTALL)
    others = {other for _f, other, _i in STATES.values()} - {label}
    assert [other for other in others if f">{other}<" in shown] == []
    if place is not row:
        assert bool(CALLS.search(shown)) == invites


@pytest.mark.parametrize("place", [row, page, frame])
def test_the_date_of_a_postponed_event_is_to_come(place):
    shown = place(make("postponed"))

    assert "Date à venir" in shown
    assert "Le jeudi" not in shown
    assert "Le mercredi" not in shown


@pytest.mark.parametrize("state", STATES)
def test_data_for_programs_tell_the_same(state):
    _fields, label, _invites = STATES[state]
    event = make(state)

    table = Client().get("/agenda/donnees/csv/").content.decode("utf-8-sig")
    calendar = Client().get(f"/agenda/{event.slug}/evenement.ics").content.decode()
    [line] = csv.DictReader(StringIO(table), delimiter=";")

    assert line["inscription"] == label
    assert ("STATUS:CANCELLED" in calendar) == (state == "cancelled")
    assert Registration.objects.count() == (1 if event.capacity == 1 else 0)
