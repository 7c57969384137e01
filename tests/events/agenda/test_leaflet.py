"""Content of an event's PDF leaflet."""

from datetime import UTC, datetime, time, timedelta

import pytest

from events.agenda.leaflet import leaflet_of
from home.pdf.leaflets import Chapter, Figure, LeafletSpeaker, Part
from tests.builders import NOW, make_event, make_session

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 11, 7, 30, tzinfo=UTC)


def test_a_leaflet_shows_date_place_programme_speakers_and_deadline():
    event = make_event(
        title="Forum",
        starts_at=START,
        announced_end=START + timedelta(hours=7),
        venue_name="La Halle",
        venue_street="56 rue du Vivier",
        venue_postcode="80000",
        price="gratuit",
        lead="<p>Venez <b>nombreux</b>.</p>",
        registration_deadline=datetime(2026, 6, 8, tzinfo=UTC).date(),
        speakers=[
            ("speaker", {"name": "Camille Roux", "role": "maire", "organisation": "Valbrume"})
        ],
        sessions=[
            make_session(title="Accueil", starts_at=START, ends_at=START + timedelta(minutes=30)),
            make_session(title="Atelier", starts_at=None, speakers="Inès"),
        ],
    )

    sheet = leaflet_of(event, NOW)

    assert sheet.figure == Figure("11", "juin 2026")
    assert sheet.facts == [
        ("Quand", ["Le jeudi 11 juin 2026, de 9h30 à 16h30"]),
        ("Où", ["La Halle, Amiens", "56 rue du Vivier, 80000 Amiens"]),
        ("Prix", ["Gratuit"]),
    ]
    assert sheet.lead == "Venez nombreux."
    assert sheet.speakers == [LeafletSpeaker("Camille Roux", "maire, Valbrume")]
    assert [part for chapter in sheet.programme for part in chapter.items] == [
        Part("Accueil", "9h30–10h"),
        Part("Atelier", "", "Avec Inès"),
    ]
    assert sheet.call == "S’inscrire et en savoir plus"
    assert sheet.deadline == "Inscription jusqu’au lundi 8 juin 2026 inclus"


def test_days_are_named_if_there_are_several():
    event = make_event(
        starts_at=START,
        announced_end=START + timedelta(days=2),
        all_day=True,
        sessions=[
            make_session(title="Un", starts_at=START),
            make_session(title="Deux", starts_at=START + timedelta(hours=2)),
            make_session(title="Trois", starts_at=START + timedelta(days=1)),
        ],
    )

    sheet = leaflet_of(event, NOW)

    assert sheet.facts[0] == ("Quand", ["Du 11 au 13 juin 2026"])
    assert sheet.figure == Figure("11–13", "juin 2026", is_range=True)
    assert sheet.programme == [
        Chapter("Jeudi 11 juin 2026", [Part("Un", "9h30"), Part("Deux", "11h30")]),
        Chapter("Vendredi 12 juin 2026", [Part("Trois", "9h30")]),
    ]


def test_the_programme_of_the_body_wins_as_it_does_on_the_page():
    event = make_event(sessions=[make_session()])
    row = {"title": "Accueil", "start": time(9, 30), "end": time(10), "text": "", "speakers": ""}
    event.body = [("programme", {"title": "Matin", "sessions": [row]})]

    assert list(leaflet_of(event, NOW).programme) == [
        Chapter("Matin", [Part("Accueil", "9h30–10h")])
    ]


def test_an_unknown_place_and_a_private_room_are_left_out():
    nowhere = make_event(venue_town="")
    online = make_event(mode="online", online_url="https://visio.example.org/secret")

    assert [name for name, _lines in leaflet_of(nowhere, NOW).facts] == ["Quand"]
    assert leaflet_of(online, NOW).facts[1] == ("Où", ["En ligne"])
    assert "visio.example.org" not in str(leaflet_of(online, NOW))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"status": "cancelled", "registration_deadline": NOW.date()},
            ("Événement annulé", "En savoir plus", ""),
        ),
        ({"status": "postponed"}, ("Reporté, nouvelle date à venir", "En savoir plus", "")),
        ({"starts_at": NOW - timedelta(days=9)}, ("Événement passé", "En savoir plus", "")),
        (
            {"registration_deadline": (NOW - timedelta(days=1)).date()},
            ("", "En savoir plus", "Inscriptions closes"),
        ),
        ({"registration_form": "none"}, ("", "En savoir plus", "")),
    ],
)
def test_the_leaflet_of_a_past_event_invites_to_nothing(fields, said):
    sheet = leaflet_of(make_event(**fields), NOW)

    assert (sheet.status, sheet.call, sheet.deadline) == said
