import pytest
from django.test import Client

from events.models import Session
from tests.builders import make_event, make_registration, make_session
from tests.events.visitor import fill, section_of

pytestmark = pytest.mark.django_db


CONSENT = "vous demandez une place sur la liste d’attente"


def test_losing_the_last_place_while_the_form_is_open_leads_to_the_waiting_list(
    client, clock, outbox
):
    """registration 17: the form announced it, and the thanks page confirms it."""
    event = make_event(capacity=1)
    page = client.get(event.url)
    data = fill(client, event, clock)
    make_registration(event, Session.objects.create(event=event, hidden=True))

    response = client.post(event.url, data)

    assert f"Si les places sont prises avant votre envoi, {CONSENT}" in section_of(page)
    assert response.status_code == 303
    thanks = section_of(client.get(response["Location"]))
    assert "la liste d’attente, car c’est complet" in thanks
    assert [row.kind for row in outbox()] == ["liste d’attente"]


def test_a_full_event_asks_for_its_waiting_list(client, clock):
    """registration 8."""
    event = make_event(capacity=1)
    make_registration(event, Session.objects.create(event=event, hidden=True))

    response = client.get(event.url)

    assert "Complet – liste d’attente" in response.content.decode()
    assert f"En envoyant ce formulaire, {CONSENT}" in section_of(response)
    assert "S’inscrire sur la liste d’attente" in section_of(response)


def test_a_full_session_says_so_beside_its_title_and_on_the_page_of_thanks(client, clock):
    """registration 15."""
    event = make_event(sessions=[make_session(), make_session(title="Atelier", capacity=1)])
    morning, workshop = event.sessions.all()
    make_registration(event, workshop)
    page = client.get(event.url)
    both = [str(morning.uuid), str(workshop.uuid)]

    response = client.post(event.url, fill(client, event, clock, sessions=both))

    assert "Atelier, 12h – complet, liste d’attente" in section_of(page)
    assert f"En choisissant ce qui est complet, {CONSENT}" in section_of(page)
    thanks = section_of(client.get(response["Location"]))
    asked = thanks[thanks.index("Vous avez demandé") : thanks.index("Le message envoyé")]
    assert asked.index("Matinée") < asked.index("une place") < asked.index("Atelier")
    assert "liste d’attente, car c’est complet" in asked[asked.index("Atelier") :]


@pytest.mark.parametrize("waiting_list", [True, False])
def test_an_event_without_a_limit_mentions_no_waiting_list(client, clock, waiting_list):
    event = make_event(waiting_list=waiting_list)

    assert "liste d’attente" not in section_of(client.get(event.url))


def test_a_known_address_reads_the_same_thanks_as_a_new_one_when_it_is_full(client, clock):
    event = make_event(capacity=1)
    first = client.post(event.url, fill(client, event, clock))
    assert "liste d’attente" not in section_of(client.get(first["Location"]))

    clock.shift(61)  # the same content within a minute is a double click

    thanks = []
    for email in ("elise@exemple.fr", "autre@exemple.fr"):
        other = Client()
        sent = other.post(event.url, fill(other, event, clock, email=email))
        thanks.append(section_of(other.get(sent["Location"])).replace(email, "…"))

    assert thanks[0] == thanks[1]
    assert "la liste d’attente, car c’est complet" in thanks[0]
