from datetime import UTC, date, datetime

import pytest

from events.models import Question, Registration, Seat, Session
from tests.builders import make_event, make_registration, make_session
from tests.events.visitor import fill, section_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["a@b", "a b@c.fr", '"<x>"@y.fr', "a" * 300 + "@b.fr", "a@b.fr\nBcc:x@y.fr", ""],
)
def test_an_invalid_address_is_refused_beside_its_field_and_the_rest_is_kept(
    client, clock, outbox, address
):
    """registration 18."""
    event = make_event()

    response = client.post(event.url, fill(client, event, clock, email=address))

    assert response.status_code == 200
    html = response.content.decode()
    assert 'aria-invalid="true"' in html
    assert 'value="Élise Exemple"' in html
    assert "Le formulaire n’est pas encore parti" in section_of(response)
    assert (Registration.objects.count(), outbox()) == (0, [])


@pytest.mark.parametrize("name", ["   ", "x" * 10_000, "\u200b\u00a0"])
def test_an_invalid_name_is_refused(client, clock, name):
    """registration 19."""
    event = make_event()

    response = client.post(event.url, fill(client, event, clock, name=name))

    assert response.status_code == 200
    assert Registration.objects.count() == 0


def test_an_unknown_field_is_refused(client, clock):
    """registration 20."""
    event = make_event()

    response = client.post(event.url, fill(client, event, clock, role="admin"))

    assert response.status_code == 200
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("value", ["", "-1", "99999999999999999999", "une session"])
def test_a_session_that_does_not_exist_is_refused(client, clock, value):
    """registration 20."""
    event = make_event(sessions=[make_session(), make_session(title="Soir")])

    response = client.post(event.url, fill(client, event, clock, sessions=value))

    assert response.status_code == 200
    assert Registration.objects.count() == 0


def test_the_answers_are_kept_when_the_deadline_passes_while_the_form_is_open(client, clock):
    """registration 3, registration 16."""
    event = make_event(registration_deadline=date(2026, 6, 1))
    data = fill(client, event, clock, organisation="Commune d’Exemple")
    clock.move_to(datetime(2026, 6, 1, 22, tzinfo=UTC))

    response = client.post(event.url, data)

    assert response.status_code == 409
    assert "Les inscriptions sont closes." in section_of(response)
    html = response.content.decode()
    assert 'value="Élise Exemple"' in html
    assert 'value="Commune d’Exemple"' in html
    assert Registration.objects.count() == 0


def test_the_answers_are_kept_when_the_last_place_goes_while_the_form_is_open(client, clock):
    event = make_event(capacity=1, waiting_list=False)
    data = fill(client, event, clock)
    hidden = Session.objects.create(event=event, hidden=True)
    make_registration(event, hidden)

    response = client.post(event.url, data)

    assert response.status_code == 409
    assert "Il n’y a plus de place." in section_of(response)
    assert 'value="Élise Exemple"' in response.content.decode()


def test_a_question_limited_to_a_session_is_asked_only_of_its_attendees(client, clock):
    """registration 21."""
    event = make_event(sessions=[make_session(), make_session(title="Déjeuner")])
    morning, lunch = event.sessions.all()
    diet = Question(label="Régime", field_type="singleline", session_uuid=lunch.uuid)
    need = Question(label="Besoin", field_type="checkboxes", choices="un\ndeux", required=False)
    event.questions = [diet, need]
    event.save()
    forged = {diet.field_name: "sans sel", need.field_name: ["un", "deux"]}

    without = client.post(
        event.url, fill(client, event, clock, sessions=[str(morning.uuid)], **forged)
    )
    missing = client.post(
        event.url, fill(client, event, clock, sessions=[str(lunch.uuid)], email="b@exemple.fr")
    )

    assert (without.status_code, missing.status_code) == (303, 200)
    assert [seat.session for seat in Seat.objects.all()] == [morning]
    assert Registration.objects.get().answers == {
        str(need.uuid): {"label": "Besoin", "retention": "normal", "value": ["un", "deux"]}
    }


def test_a_renamed_or_deleted_question_loses_no_answer(client, clock):
    """registration 52."""
    event = make_event()
    event.questions = [Question(label="Régime", field_type="singleline")]
    event.save()
    question = event.questions.get()
    client.post(event.url, fill(client, event, clock, **{question.field_name: "sans sel"}))

    question.label = "Allergies"
    question.save()
    question.delete()

    answers = Registration.objects.get().answers
    assert answers[str(question.uuid)] == {
        "label": "Régime",
        "retention": "normal",
        "value": "sans sel",
    }
