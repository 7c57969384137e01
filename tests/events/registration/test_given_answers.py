"""An answer stands until somebody gives another, whatever became of the question."""

from typing import Any

import pytest
from django.urls import reverse

from events.admin.answer_columns import answer_columns
from events.models import EventPage, Question, Registration
from events.registration.questions import QuestionFormBuilder
from tests.builders import make_event, make_hidden_session, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]

CHOICES = "Avec viande\r\nVégétarien"
REWORDED = "Avec viande\r\nVégétarien ou végan"


def ask(event: EventPage, **fields: Any) -> Question:
    values = {"label": "Repas", "required": False, "sort_order": 0, **fields}
    event.questions = [*event.questions.all(), Question(event=event, **values)]
    event.save()
    return event.questions.last()


def answered(question: Question, value: Any, session: Any = None) -> Registration:
    event = question.event
    registration = make_registration(
        event, session or make_hidden_session(event), name="Chloé Exemple"
    )
    answer = {"label": question.label, "retention": question.retention, "value": value}
    registration.answers = {str(question.uuid): answer}
    registration.save()
    return registration


def values(registration: Registration) -> list[Any]:
    registration.refresh_from_db()
    return [one["value"] for one in registration.answers.values()]


def own_change(client: Any, registration: Registration, **more: Any) -> Any:
    data = {"name": "Chloé Exemple", "organisation": "La Halle", **more}
    return client.post(f"{registration.link}modifier/", data)


def staff_change(client: Any, registration: Registration, **more: Any) -> Any:
    address = reverse("events_registration_modeladmin_edit", args=[registration.pk])
    registration.refresh_from_db()
    return client.post(
        address,
        {
            "name": "Chloé Corrigée",
            "email": registration.email,
            "organisation": "",
            "seen": registration.changed_at.isoformat(),
            **more,
        },
    )


#: How a question is when answered, the answer, and what the editor makes of it.
CHANGES = [
    ("radio", CHOICES, "Végétarien", {"choices": REWORDED}),
    ("dropdown", CHOICES, "Végétarien", {"choices": REWORDED}),
    ("checkboxes", CHOICES, ["Végétarien"], {"choices": REWORDED}),
    ("checkboxes", CHOICES, ["Avec viande", "Végétarien"], {"field_type": "radio"}),
    ("radio", CHOICES, "Végétarien", {"field_type": "checkboxes"}),
    ("singleline", "", "peu de sel", {"field_type": "number"}),
    ("singleline", "", "le 12", {"field_type": "date"}),
    ("singleline", "", "peut-être", {"field_type": "checkbox"}),
    ("singleline", "", "sans sel", {"field_type": "email"}),
    ("singleline", "", "sans sel", {"field_type": "file"}),
    ("checkbox", "", True, {"field_type": "radio", "choices": CHOICES}),
    ("checkbox", "", True, {"field_type": "singleline"}),
    ("singleline", "", "sans sel", {"label": "Allergies", "required": True}),
]


@pytest.mark.parametrize(("kind", "choices", "value", "changed"), CHANGES)
def test_an_answer_stands_when_its_holder_or_staff_change_something_else(
    client, admin, kind, choices, value, changed
):
    question = ask(make_event(), field_type=kind, choices=choices)
    registration = answered(question, value)
    Question.objects.filter(pk=question.pk).update(**changed)

    own = own_change(client, registration)
    kept = (values(registration), registration.organisation, registration.answers)
    staff_change(admin, registration)

    assert own.status_code in (302, 303)
    assert kept[:2] == ([value], "La Halle")
    assert [one["label"] for one in kept[2].values()] == ["Repas"]
    assert values(registration) == [value]
    assert registration.name == "Chloé Corrigée"


def test_a_browser_sends_the_former_choice_back(client, admin):
    question = ask(make_event(), field_type="checkboxes", choices=CHOICES)
    registration = answered(question, ["Végétarien"])
    Question.objects.filter(pk=question.pk).update(choices=REWORDED)

    forms = [
        client.get(f"{registration.link}modifier/").content.decode(),
        admin.get(
            reverse("events_registration_modeladmin_edit", args=[registration.pk])
        ).content.decode(),
    ]
    own_change(client, registration, **{question.field_name: ["", "Végétarien"]})
    kept = values(registration)
    own_change(client, registration, **{question.field_name: [""]})

    for html in forms:
        assert "Végétarien (ancien choix)" in html
        assert f'<input type="hidden" name="{question.field_name}" value="">' in html
    assert kept == [["Végétarien"]]
    assert values(registration) == []


@pytest.mark.parametrize(
    ("kind", "new", "kept"),
    [
        ("radio", "Avec viande", ["Avec viande"]),
        ("dropdown", "", []),
        ("dropdown", "Autre", ["Végétarien"]),
    ],
)
def test_another_answer_replaces_a_former_choice(client, kind, new, kept):
    question = ask(make_event(), field_type=kind, choices=CHOICES)
    registration = answered(question, "Végétarien")
    Question.objects.filter(pk=question.pk).update(choices=REWORDED)

    own_change(client, registration, **{question.field_name: new})

    assert values(registration) == kept


def test_an_answer_that_no_longer_fits_is_shown_and_may_be_removed(client):
    question = ask(make_event(), field_type="singleline")
    registration = answered(question, "peu de sel")
    Question.objects.filter(pk=question.pk).update(field_type="number")

    html = client.get(f"{registration.link}modifier/").content.decode()
    own_change(client, registration, **{question.field_name: ""})
    kept = values(registration)
    own_change(
        client, registration, **{question.field_name: "", f"retirer_{question.uuid.hex}": "on"}
    )

    assert "Réponse enregistrée\u00a0: <strong>peu de sel</strong>" in html
    assert kept == ["peu de sel"]
    assert values(registration) == []


def test_a_question_moved_to_another_session_loses_no_answer(client):
    event = make_event(sessions=[make_session(), make_session(title="Déjeuner")])
    morning, lunch = event.sessions.all()
    question = ask(event, field_type="singleline", session_uuid=morning.uuid)
    registration = answered(question, "sans sel", session=morning)
    Question.objects.filter(pk=question.pk).update(session_uuid=lunch.uuid)

    own_change(client, registration, sessions=[str(morning.uuid)])

    assert values(registration) == ["sans sel"]


def test_the_answers_of_a_session_that_is_left_go(client):
    event = make_event(sessions=[make_session(), make_session(title="Déjeuner")])
    morning, lunch = event.sessions.all()
    question = ask(event, field_type="singleline", session_uuid=morning.uuid)
    registration = answered(question, "sans sel", session=morning)

    own_change(client, registration, sessions=[str(lunch.uuid)])

    assert values(registration) == []


def test_a_box_that_staff_never_showed_to_the_person_is_not_answered(admin):
    event = make_event()
    registration = make_registration(event, make_hidden_session(event), name="Chloé Exemple")
    question = ask(event, field_type="checkbox", label="Photo")

    staff_change(admin, registration, **{question.field_name: ""})

    assert values(registration) == []


def test_one_line_is_one_choice_even_with_commas(client):
    question = ask(make_event(), field_type="radio", choices="J’accepte, sans réserve")

    html = client.get(question.event.url).content.decode()

    assert 'value="J’accepte, sans réserve"' in html
    question.choices = " un, deux \r\n\r\ntrois\nun, deux"
    [field] = QuestionFormBuilder([question]).formfields.values()
    assert list(field.choices) == [("un, deux", "un, deux"), ("trois", "trois")]


def test_the_page_of_the_person_marks_a_former_choice(client):
    question = ask(make_event(), field_type="radio", choices=CHOICES)
    registration = answered(question, "Végétarien")

    before = client.get(registration.link).content.decode()
    Question.objects.filter(pk=question.pk).update(choices=REWORDED)

    assert "ancien choix" not in before
    assert "Végétarien (ancien choix)" in client.get(registration.link).content.decode()


def test_choices_are_counted_in_columns_of_their_own():
    event = make_event()
    several = ask(event, field_type="checkboxes", choices="Train, puis vélo\nCar", label="Trajet")
    one = ask(event, field_type="radio", choices=CHOICES, sort_order=1)
    first = answered(several, ["Train, puis vélo", "Car"])
    session = first.seats.get().session
    second = make_registration(event, session, name="Noé", email="noe@x.fr")
    second.answers = {
        str(several.uuid): {"label": "Trajet", "retention": "normal", "value": ["À pied"]},
        str(one.uuid): {"label": "Repas", "retention": "normal", "value": "Sans sel"},
    }
    second.save()

    columns = answer_columns([first, second])

    assert [column.heading for column in columns] == [
        "Trajet\u00a0: Train, puis vélo",
        "Trajet\u00a0: Car",
        "Trajet\u00a0: À pied (ancien choix)",
        "Repas",
    ]
    assert [[column.cell(row.answers) for column in columns] for row in (first, second)] == [
        [True, True, False, ""],
        [False, False, True, "Sans sel (ancien choix)"],
    ]
