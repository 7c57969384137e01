import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.template.loader import render_to_string
from django.test import Client

from events.agenda.availability import Availability
from events.agenda.labels import LAST_PLACES, STATES
from events.models import EventPage, Registration, Session
from tests.builders import (
    NOW,
    make_event,
    make_hidden_session,
    make_join_page,
    make_registration,
    make_session,
)
from tests.events.visitor import fill, section_of

pytestmark = pytest.mark.django_db


def test_an_event_is_past_from_its_end_on(client, clock):
    """registration 5."""
    event = make_event(starts_at=NOW - timedelta(hours=1), announced_end=NOW + timedelta(hours=1))

    before = section_of(client.get(event.url))
    clock.shift(3600)
    after = section_of(client.get(event.url))

    assert "Les inscriptions sont closes." in before
    assert "Cet événement est passé" in after


def test_a_past_event_is_not_offered_as_a_calendar_file(client, clock):
    event = make_event(starts_at=NOW + timedelta(hours=1), announced_end=NOW + timedelta(hours=2))

    before = client.get(event.url).content.decode()
    clock.shift(2 * 3600)
    after = client.get(event.url).content.decode()

    assert "Ajouter à mon agenda" in before
    assert "Ajouter à mon agenda" not in after


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "cancelled"}, "Cet événement est annulé"),
        ({"status": "postponed"}, "Cet événement est reporté"),
        ({"starts_at": NOW - timedelta(days=2)}, "Cet événement est passé"),
        ({"registration_form": "none"}, "Il n’est pas nécessaire de s’inscrire."),
        (
            {"registration_form": "outside", "outside_form_url": "https://exemple.fr/form"},
            "S’inscrire sur exemple.fr",
        ),
        (
            {"registration_opens_at": datetime(2026, 6, 5, 7, 30, tzinfo=UTC)},
            "Les inscriptions ouvrent le vendredi 5 juin 2026 à 9h30 .",
        ),
        (
            {"registration_deadline": date(2026, 5, 31)},
            "Les inscriptions sont closes depuis le dimanche 31 mai 2026 .",
        ),
        ({"registration_audience": "members"}, "réservé aux membres du réseau"),
    ],
)
def test_each_closed_state_shows_its_sentence_and_no_form(client, clock, fields, words):
    """registration 2, registration 3, registration 4."""
    event = make_event(**fields)

    response = client.get(event.url)

    assert words in section_of(response)
    assert '<form class="form"' not in response.content.decode()
    assert client.post(event.url, {"name": "A", "email": "a@exemple.fr"}).status_code in (403, 409)
    assert Registration.objects.count() == 0


def test_a_full_event_without_waiting_list_says_so(client, clock):
    event = make_event(capacity=1, waiting_list=False)
    make_registration(event, Session.objects.create(event=event, hidden=True))

    response = client.get(event.url)

    assert "C’est complet" in section_of(response)
    assert '<form class="form"' not in response.content.decode()


def test_a_visitor_reads_why_a_members_event_has_no_form_and_cannot_post_to_it(client, clock):
    """registration 7, members 64: the page links to the login."""
    public = make_event()
    data = fill(client, public, clock)
    event = make_event(registration_audience="members")
    make_join_page()

    response = client.get(event.url)
    posted = client.post(event.url, data)

    words = section_of(response)
    assert "Se connecter" in words
    next_page = quote(event.url, safe="")
    assert f'href="/compte/connexion/?next={next_page}' in response.content.decode()
    assert "Rejoindre le réseau" in words
    assert posted.status_code == 403
    assert Registration.objects.count() == 0


def test_a_member_gets_a_prefilled_form_and_registers(client, clock, member):
    """registration 29."""
    event = make_event(registration_audience="members")
    client.force_login(member)

    page = client.get(event.url)
    response = client.post(event.url, fill(client, event, clock, email="autre@exemple.fr"))

    assert 'value="Dominique Exemple"' in page.content.decode()
    assert 'value="membre@example.org"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert response.status_code == 303
    registration = Registration.objects.get()
    assert (registration.user, registration.email) == (member, "autre@exemple.fr")


def test_a_former_member_is_refused_though_the_form_was_open(client, clock, member):
    """registration 29."""
    event = make_event(registration_audience="members")
    client.force_login(member)
    data = fill(client, event, clock)
    member.groups.clear()

    response = client.post(event.url, data)

    assert response.status_code == 403
    assert 'value="Élise Exemple"' in response.content.decode()
    assert Registration.objects.count() == 0


def test_a_draft_and_a_preview_register_nobody(client, clock, admin_user):
    """registration 55."""
    event = make_event()
    data = fill(client, event, clock)
    event.unpublish()

    assert client.post(event.url, data).status_code == 404
    assert Registration.objects.count() == 0


def test_structured_data_survives_a_hostile_title(client, clock):
    """registration 4, registration 10."""
    event = make_event(title="</script><script>alert(1)</script>", status="cancelled")

    html = client.get(event.url).content.decode()

    assert "<script>alert(1)" not in html
    read = structured_data(html)
    assert read["name"] == "</script><script>alert(1)</script>"
    assert read["startDate"] == "2026-06-11T12:00:00+02:00"
    assert read["eventStatus"] == "https://schema.org/EventCancelled"


def structured_data(html: str) -> dict[str, Any]:
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html).group(1)
    return next(one for one in json.loads(data) if one["@type"] == "Event")


@pytest.mark.parametrize(("form", "leads_outside"), [("site", False), ("outside", True)])
def test_structured_data_links_to_the_form_in_use(client, clock, form, leads_outside):
    """An external URL left in its field is not published when the site's own form is used."""
    address = "https://exemple.fr/formulaire"
    event = make_event(registration_form=form, outside_form_url=address)

    offer = structured_data(client.get(event.url).content.decode())["offers"]

    assert (offer["url"] == address) is leads_outside
    assert leads_outside or offer["url"].endswith(f"{event.url}#inscription")


@pytest.mark.parametrize(
    ("fields", "taken", "offer"),
    [
        ({}, 0, {"availability": "InStock"}),
        ({"price": "Gratuit"}, 0, {"availability": "InStock", "price": "0"}),
        ({"price": "13,00 €, repas compris"}, 0, {"availability": "InStock"}),
        ({"capacity": 1}, 1, {"availability": "SoldOut"}),
        ({"capacity": 1, "waiting_list": False}, 1, {"availability": "SoldOut"}),
        ({"registration_opens_at": NOW + timedelta(days=1)}, 0, {"availability": "PreOrder"}),
        ({"registration_form": "outside", "outside_form_url": "https://exemple.fr/"}, 0, {}),
        ({"registration_form": "none"}, 0, None),
        ({"registration_deadline": date(2026, 5, 31)}, 0, None),
        ({"status": "cancelled"}, 0, None),
        ({"status": "postponed"}, 0, None),
        ({"starts_at": NOW - timedelta(days=2)}, 0, None),
        ({"registration_audience": "members"}, 0, None),
    ],
)
def test_structured_data_offer_what_is_known_to_be_on_offer(client, clock, fields, taken, offer):
    """K11: no price that nobody told, and nothing on offer where nobody can register."""
    event = make_event(**fields)
    if taken:
        make_registration(event, Session.objects.create(event=event, hidden=True))

    read = structured_data(client.get(event.url).content.decode()).get("offers")

    if offer is None:
        assert read is None
        return
    known = {"availability": f"https://schema.org/{offer['availability']}"} if offer else {}
    told = {name: read[name] for name in ("availability", "price") if name in read}
    assert told == offer | known


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, True),
        ({"starts_at": NOW - timedelta(days=2)}, False),
        ({"status": "cancelled"}, False),
        ({"registration_deadline": date(2026, 5, 31)}, False),
    ],
)
def test_places_left_are_shown_while_registration_is_open(client, clock, fields, said):
    """registration 8."""
    event = make_event(capacity=3, **fields)
    make_registration(event, Session.objects.create(event=event, hidden=True))

    html = client.get(event.url).content.decode()

    assert ("2\u00a0places restantes" in html) is said


@pytest.mark.parametrize(
    "dates", [["jeudi 4 juin 2026"], ["jeudi 4 juin 2026", "vendredi 5 juin 2026"]]
)
def test_a_rescheduled_event_says_so_with_its_old_and_new_dates(client, clock, dates):
    """registration 70: a badge, and a sentence with the old date and the new one."""
    former = [("date", NOW + timedelta(days=3 + number)) for number in range(len(dates))]

    head = head_of(client, make_event(previous_dates=former))

    told = " , puis le ".join(dates)
    assert (
        f"Déplacé Inscriptions ouvertes Prévu d’abord le {told} , cet événement a lieu le jeudi 11 juin 2026, de 12h à 14h ."
    ) in head
    assert "à l’origine" not in head  # only once on the page


@pytest.mark.parametrize(
    "fields", [{}, {"previous_dates": [("date", NOW - timedelta(days=9))], "starts_at": NOW - timedelta(days=2)}]
)  # fmt: skip
def test_an_unmoved_or_past_event_is_not_shown_as_rescheduled(client, clock, fields):
    assert "Déplacé" not in head_of(client, make_event(**fields))


def test_the_agenda_and_the_poster_show_a_rescheduled_event_until_it_is_over(client, clock):
    """registration 70."""
    moved = make_event(previous_dates=[("date", NOW + timedelta(days=3))])

    def told() -> list[int]:
        pages = [moved.get_parent().url, "/"]
        return [
            client.get(address).content.decode().count("<span>Déplacé</span>") for address in pages
        ]

    before = told()
    clock.shift(11 * 24 * 3600)

    assert (before, told()) == ([1, 1], [0, 0])


@pytest.mark.parametrize(
    ("waiting_list", "said"),
    [
        (False, "Complet Toutes les places sont prises."),
        (True, "Complet – liste d’attente Les places sont prises, la liste d’attente est ouverte."),
    ],
)
def test_a_full_event_and_a_waiting_list_differ_in_words_and_icon(
    client, clock, waiting_list, said
):
    """registration 8, registration 70."""
    event = make_event(capacity=1, waiting_list=waiting_list)
    make_registration(event, make_hidden_session(event))

    assert said in head_of(client, event)
    assert STATES[Availability.FULL].kind != STATES[Availability.WAITING].kind


def test_each_kind_of_state_has_its_own_icon():
    """registration 70: never by colour alone."""
    kinds = {"moved", *(state.kind for state in [*STATES.values(), LAST_PLACES])}
    drawn = {
        kind: render_to_string("components/state.html", {"kind": kind, "label": ""}).replace(
            f"state-{kind}", ""
        )
        for kind in kinds
    }

    assert {kind for kind in kinds if list(drawn.values()).count(drawn[kind]) > 1} <= {
        "open",
        "outside",
    }


def test_an_event_in_two_parts_shows_their_times_place_speakers_and_meal(client, clock):
    """registration 1."""
    morning = make_session(title="Matin", starts_at=datetime(2026, 6, 11, 7, 30, tzinfo=UTC))
    morning.ends_at = datetime(2026, 6, 11, 10, 30, tzinfo=UTC)
    afternoon = make_session(
        title="Visites",
        starts_at=datetime(2026, 6, 11, 12, tzinfo=UTC),
        speakers="Dominique Exemple",
    )
    afternoon.ends_at = datetime(2026, 6, 11, 14, 30, tzinfo=UTC)
    event = make_event(
        sessions=[morning, afternoon],
        venue_name="La Machinerie",
        meal_note="Chacun apporte un plat.",
    )

    html = client.get(event.url).content.decode()

    begin = html.index('<ol class="programme">')
    programme = html[begin : html.index("</section>", begin)]
    times = re.findall(r'<time datetime="([^"]+)">([^<]+)</time>', programme)
    assert times == [
        ("2026-06-11T09:30:00+02:00", "9h30"),
        ("2026-06-11T12:30:00+02:00", "12h30"),
        ("2026-06-11T14:00:00+02:00", "14h"),
        ("2026-06-11T16:30:00+02:00", "16h30"),
    ]
    assert "Avec Dominique Exemple" in programme
    assert "Chacun apporte un plat." in programme
    assert "La Machinerie, Amiens" in head_of(client, event)


@pytest.mark.parametrize(
    "query",
    ["date_from=abc", "page=-1", "page=abc", "category=<script>", "theme=<script>", "annee=99999"],
)
def test_invalid_filters_of_the_agenda_are_neither_an_error_nor_echoed(client, clock, query):
    """registration 6."""
    event = make_event()

    answers = [client.get(f"{address}?{query}") for address in ("/agenda/", event.url)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not any(b"<script>" in one.content for one in answers)


def head_of(client: Client, event: EventPage) -> str:
    """Return the text of the card at the head of the page."""
    html = client.get(event.url).content.decode()
    head = html[html.index('<header class="invitation') :]
    return " ".join(re.sub(r"<[^>]+>", " ", head[: head.index("</header>")]).split())
