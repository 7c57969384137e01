from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from events.models import Registration, Session
from tests.builders import make_event, make_registration
from tests.events.visitor import fill, section_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ADDRESS = "/inscriptions/corriger/"
WRONG, RIGHT = "elise@exemple.fr", "elise.exemple@exemple.fr"


def register(client: Client, event: Any, clock: Any, email: str = WRONG) -> str:
    """Send the form; return the URL of the thanks page."""
    return client.post(event.url, fill(client, event, clock, email=email))["Location"]


def thanks_after(client: Client, email: str = RIGHT) -> str:
    """Return the text of the thanks page after the correction."""
    response = client.post(ADDRESS, {"email": email})
    assert response.status_code == 303
    return section_of(client.get(response["Location"]))


def kinds(rows: list[Any]) -> list[tuple[str, str]]:
    return [(row.recipient, row.kind) for row in rows]


def test_a_wrong_address_is_corrected_from_the_page_of_thanks(client, clock, outbox):
    event = make_event()
    page = client.get(register(client, event, clock))
    link = Registration.objects.get().link

    thanks = thanks_after(client, " Elise.Exemple@Exemple.FR ")

    assert f'href="{ADDRESS}"' in page.content.decode()
    assert RIGHT in thanks
    assert WRONG not in thanks
    moved = Registration.objects.get()
    assert (moved.email, moved.is_active) == (RIGHT, True)
    assert kinds(outbox()) == [(WRONG, "inscription confirmée"), (RIGHT, "inscription confirmée")]
    assert [entry.action for entry in moved.log.all()] == ["registered", "readdressed"]
    assert Client().get(link).status_code == 404
    assert Client().get(moved.link).status_code == 200


def test_a_corrected_address_may_be_corrected_again(client, clock, outbox):
    event = make_event()
    register(client, event, clock)

    thanks_after(client)
    thanks_after(client, "autre@exemple.fr")

    assert Registration.objects.get().email == "autre@exemple.fr"
    assert kinds(outbox())[2] == ("autre@exemple.fr", "inscription confirmée")


def test_a_waiting_person_keeps_their_rank(client, clock):
    event = make_event(capacity=1)
    make_registration(event, Session.objects.create(event=event, hidden=True))
    register(client, event, clock)
    before = Registration.objects.get(email=WRONG).seats.get().since

    thanks_after(client)

    seat = Registration.objects.get(email=RIGHT).seats.get()
    assert (seat.is_waiting, seat.since) == (True, before)


def test_a_correction_to_a_registered_address_looks_the_same(client, clock, outbox):
    """Neither the browser nor the first mailbox can tell, even by a withdrawal message."""
    event = make_event()
    register(client, event, clock, RIGHT)
    free, taken = Client(), Client()
    register(free, event, clock, "un@exemple.fr")
    register(taken, event, clock, "deux@exemple.fr")
    links = [one.link for one in Registration.objects.exclude(email=RIGHT)]

    seen = [
        thanks_after(free, "trois@exemple.fr").replace("trois@exemple.fr", "…"),
        thanks_after(taken, RIGHT).replace(RIGHT, "…"),
    ]

    assert seen[0] == seen[1]
    assert [Client().get(link).status_code for link in links] == [404, 404]
    assert kinds(outbox())[3:] == [
        ("trois@exemple.fr", "inscription confirmée"),
        (RIGHT, "déjà inscrit·e"),
    ]
    withdrawn = Registration.objects.get(email="deux@exemple.fr")
    assert withdrawn.state == Registration.State.CANCELLED
    assert [entry.action for entry in withdrawn.log.all()] == ["registered", "cancelled"]


def test_a_withdrawn_registrations_place_goes_to_the_waiting_list(client, clock, outbox):
    event = make_event(capacity=2)
    register(Client(), event, clock, RIGHT)
    register(client, event, clock)
    register(Client(), event, clock, "suivante@exemple.fr")

    thanks_after(client)

    assert kinds(outbox())[-2:] == [
        (RIGHT, "déjà inscrit·e"),
        ("suivante@exemple.fr", "place obtenue"),
    ]
    assert sorted(Registration.objects.active().values_list("email", flat=True)) == [
        RIGHT,
        "suivante@exemple.fr",
    ]


def test_correcting_somebody_elses_address_registers_the_right_one(client, clock, outbox):
    """The first response was neutral: this browser made no registration, and must not touch somebody else's."""
    event = make_event()
    register(Client(), event, clock)
    owner = Registration.objects.get()
    clock.shift(61)  # else the same content would be a double click
    register(client, event, clock)

    thanks = thanks_after(client)

    assert RIGHT in thanks
    owner.refresh_from_db()
    assert (owner.email, owner.is_active) == (WRONG, True)
    assert Client().get(owner.link).status_code == 200
    made = Registration.objects.get(email=RIGHT)
    assert (made.name, made.seats.get().is_confirmed) == ("Élise Exemple", True)
    assert kinds(outbox())[1:] == [(WRONG, "déjà inscrit·e"), (RIGHT, "inscription confirmée")]


def test_a_place_lost_meanwhile_is_reported_by_mail_only(client, clock, outbox):
    event = make_event(capacity=2, waiting_list=False)
    register(Client(), event, clock)
    clock.shift(61)  # else the same content would be a double click
    register(client, event, clock)
    make_registration(event, event.sessions.model.objects.get(event=event))

    thanks = thanks_after(client)

    assert "Votre inscription est enregistrée" in thanks
    assert not Registration.objects.filter(email=RIGHT).exists()
    refused = outbox()[-1]
    assert (refused.recipient, refused.kind) == (RIGHT, "inscription non enregistrée")
    assert "Il n’y a plus de place" in refused.text


@pytest.mark.parametrize("known", [False, True])
def test_after_the_deadline_the_correction_is_refused_in_the_same_words(client, clock, known):
    event = make_event(registration_deadline=date(2026, 6, 1))
    clock.move_to(datetime(2026, 6, 1, 21, 50, tzinfo=UTC))
    if known:
        register(Client(), event, clock)
    register(client, event, clock)
    clock.move_to(datetime(2026, 6, 1, 22, tzinfo=UTC))

    response = client.post(ADDRESS, {"email": RIGHT})

    assert response.status_code == 409
    assert "Les inscriptions sont closes." in response.content.decode()
    assert list(Registration.objects.values_list("email", flat=True)) == [WRONG]


def test_reading_the_page_changes_nothing(client, clock, outbox):
    event = make_event()
    register(client, event, clock)

    pages = [client.get(ADDRESS), client.head(ADDRESS)]

    assert [page.status_code for page in pages] == [200, 200]
    assert WRONG in pages[0].content.decode()
    assert "no-store" in pages[0]["Cache-Control"]
    assert Registration.objects.get().email == WRONG
    assert len(outbox()) == 1


def test_nothing_can_be_corrected_after_half_an_hour_or_in_another_browser(client, clock):
    event = make_event()
    thanks = register(client, event, clock)
    other = Client().post(ADDRESS, {"email": RIGHT})
    clock.shift(30 * 60 - 1)
    before = client.get(ADDRESS).status_code
    clock.shift(1)

    answers = [client.get(ADDRESS), client.post(ADDRESS, {"email": RIGHT})]

    assert (before, other.status_code) == (200, 410)
    assert [answer.status_code for answer in answers] == [410, 410]
    assert "trop tard" in answers[0].content.decode()
    assert ADDRESS not in client.get(thanks).content.decode()
    assert Registration.objects.get().email == WRONG


@pytest.mark.parametrize("email", ["a@b", "", "a@b.fr\nBcc:x@y.fr"])
def test_an_invalid_address_is_refused_beside_its_field(client, clock, email):
    event = make_event()
    register(client, event, clock)

    response = client.post(ADDRESS, {"email": email})

    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode()
    assert Registration.objects.get().email == WRONG


@pytest.mark.usefixtures("mail_down")
def test_a_queued_message_to_the_wrong_address_is_never_sent(client, clock, outbox):
    event = make_event()
    register(client, event, clock)

    thanks_after(client)

    assert [row.recipient for row in outbox()] == [RIGHT]
    assert Registration.objects.get().link in outbox()[0].text


def test_a_cancellation_from_the_wrong_mailbox_does_not_take_the_place_away(client, clock, outbox):
    event = make_event()
    register(client, event, clock)
    client.post(f"{Registration.objects.get().link}annuler/")

    thanks_after(client)

    assert [one.email for one in Registration.objects.active()] == [RIGHT]
