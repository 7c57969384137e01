import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client

from events.models import Question, Registration
from events.registration.answers import PERSON, Answers
from events.registration.browser_session import as_plain, cache_key, from_plain
from events.registration.forms import PersonForm
from events.registration.modification import change
from events.registration.signup import Application
from tests.builders import NOW, make_event, make_registration, make_session
from tests.events.visitor import fill

DIET = {"label": "Régime", "retention": "short", "value": ["Végétarien"]}
SAID = Answers(
    "Élise Exemple", "elise@exemple.fr", "Ville d’Arras", to_questions={str(uuid4()): DIET}
)

#: Columns that no person fills in. All others must be in `Answers`, or an erasure would miss them.
NOT_SAID = {
    "id", "event", "uuid", "user", "name_key", "link_key", "token_hash", "content_key", "calendar_uid", "told_later",
    "calendar_sequence", "state", "registered_at", "changed_at", "cancelled_at", "erased_at", "on_site",
}  # fmt: skip


def test_every_column_is_either_an_answer_or_listed_as_the_sites_own():
    columns = {one.name for one in Registration._meta.concrete_fields}

    assert columns == {*PERSON, "answers"} | NOT_SAID
    assert list(PersonForm.base_fields) == list(PERSON)


def test_writing_answers_names_what_differs():
    registration = Registration(name="Élise Exemple", email="elise@exemple.fr", organisation="")

    first = SAID.write_on(registration)
    again = Answers.of(registration).write_on(registration)

    assert first == ["organisation", "answers"]
    assert Answers.of(registration) == SAID
    assert again == []


def test_an_address_is_compared_as_it_is_stored():
    registration = Registration(email="elise@exemple.fr")

    assert Answers(email=" Elise@Exemple.FR ").write_on(registration) == []


def test_an_erased_registration_keeps_no_answer():
    registration = Registration(answers=dict(SAID.to_questions), **SAID.person)

    Answers().write_on(registration)

    assert Answers.of(registration) == Answers()


def test_answers_survive_a_round_trip_through_the_cache_as_plain_data():
    question = str(uuid4())
    document = ContentFile(b"%PDF", name="cv.pdf")
    joined = {question: {"label": "CV", "retention": "normal", "value": "cv.pdf"}}
    answers = Answers(
        **SAID.person, to_questions=joined | dict(SAID.to_questions), documents={question: document}
    )
    application = Application(answers, sessions=[uuid4()], content_key=uuid4())

    kept = json.loads(json.dumps(as_plain(application)))

    assert from_plain(kept) == Application(SAID, application.sessions)


#: In the format of an earlier release: one flat dictionary, with session UUIDs that are not strings.
FORMER = SAID.person | {"answers": {}, "sessions": [uuid4()], "form_key": None, "files": {}}
STRANGE: list[Any] = [
    None,
    "texte",
    [],
    {},
    FORMER,
    {"answers": SAID, "sessions": []},
    {"answers": SAID.as_plain()},
    {"answers": SAID.as_plain(), "sessions": None},
    {"answers": SAID.as_plain(), "sessions": 3},
    {"answers": SAID.as_plain(), "sessions": ["matin"]},
    {"answers": SAID.as_plain(), "sessions": [3]},
    {"answers": SAID.as_plain() | {"unknown": ""}, "sessions": []},
    {"answers": SAID.as_plain() | {"name": None}, "sessions": []},
    {"answers": SAID.as_plain() | {"to_questions": []}, "sessions": []},
    {"answers": SAID.as_plain() | {"to_questions": {"diet": "Végétarien"}}, "sessions": []},
    {"answers": {"name": "Élise"}, "sessions": []},
]


@pytest.mark.parametrize("values", STRANGE)
def test_cached_answers_of_another_release_are_ignored(values):
    assert from_plain(values) is None


@pytest.mark.django_db
@pytest.mark.parametrize("values", [FORMER, {"answers": SAID}, 3])
def test_a_malformed_cache_entry_breaks_no_correction(client, clock, outbox, values):
    event = make_event()
    make_registration(
        event,
        event.sessions.model.objects.create(event=event, hidden=True),
        name="Élise Exemple",
        email="elise@exemple.fr",
    )
    client.post(event.url, fill(client, event, clock, email="elise@exemple.fr"))
    cache.set(cache_key(client.session["correctable"]), values)

    response = client.post("/inscriptions/corriger/", {"email": "autre@exemple.fr"})

    assert response.status_code == 303
    assert not Registration.objects.filter(email="autre@exemple.fr").exists()


@pytest.mark.django_db
def test_changing_answers_keeps_an_address_that_changed_meanwhile():
    event = make_event(sessions=[make_session()])
    registration = make_registration(event, *event.sessions.all(), email="ancienne@exemple.fr")
    said = Answers.of(registration)
    Registration.objects.update(email="nouvelle@exemple.fr")

    done = change(registration=registration, application=Application(said), by=None, now=NOW)

    assert done is False
    assert Registration.objects.get().email == "nouvelle@exemple.fr"


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_an_unchanged_date_is_no_change():
    event = make_event(sessions=[make_session()])
    event.questions = [Question(label="Arrivée", field_type="date")]
    event.save()
    question = event.questions.get()
    given = {
        "label": "Arrivée",
        "retention": "normal",
        "value": (NOW + timedelta(days=9)).date().isoformat(),
    }
    registration = make_registration(
        event, *event.sessions.all(), answers={str(question.uuid): given}
    )
    typed = {"name": registration.name, "organisation": "", question.field_name: given["value"]}

    response = Client().post(f"{registration.link}modifier/", typed)

    assert response["Location"].endswith("?fait=inchangee")
    assert list(registration.log.all()) == []
