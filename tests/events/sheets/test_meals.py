"""The numbers of a meal: one message to the caterer, by choice, without names."""

from datetime import timedelta
from typing import Any

import pytest

from events.models import CatererNotice, EventPage, Question
from events.models.event_form import question_problems
from events.models.shift import Shift, move
from events.sheets.meals import numbers_of, tell_caterers
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=3)


def make_meal(**fields: Any) -> tuple[EventPage, Question]:
    event = make_event(
        title="Forum", caterer_email="traiteur@example.org", sessions=[make_session()]
    )
    defaults = {
        "label": "Votre repas",
        "field_type": "radio",
        "choices": "Végétarien\nPoisson\nPas de repas",
        "purpose": Question.Purpose.MEAL,
        "due_at": DUE,
    }
    return event, Question.objects.create(event=event, **defaults | fields)


def eat(event: EventPage, question: Question, value: Any, **fields: Any) -> None:
    answers = {str(question.uuid): {"label": "Votre repas", "retention": "short", "value": value}}
    name = fields.pop("name", "Zoé Zibeline")
    make_registration(event, event.sessions.get(), name=name, answers=answers, **fields)


def messages() -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(kind="nombres pour le traiteur"))


def test_the_caterer_is_told_once_at_the_hour_by_choice_and_without_names():
    """desk 27: a clock that doubles, or that runs again after a change of the hour, sends nothing more."""
    event, question = make_meal()
    eat(event, question, "Végétarien", organisation="Ville Zibeline")
    eat(event, question, "Végétarien")
    eat(event, question, "Poisson, sans arête")
    eat(event, question, "Poisson", waiting=True)
    make_registration(event, event.sessions.get(), name="Sans Réponse")

    tell_caterers(DUE - timedelta(minutes=1))
    before = messages()
    tell_caterers(DUE)
    tell_caterers(DUE)
    Question.objects.update(due_at=DUE + timedelta(hours=1))
    tell_caterers(DUE + timedelta(hours=2))

    [sent] = messages()
    assert before == []
    assert sent.recipient == "traiteur@example.org"
    assert [line for line in sent.text.splitlines() if line.startswith("- ")] == [
        "- Végétarien\u00a0: 2",
        "- Poisson\u00a0: 0",
        "- Pas de repas\u00a0: 0",
        "- Poisson, sans arête (ancien choix)\u00a0: 1",
    ]
    assert "3\u00a0réponses pour 4\u00a0personnes attendues" in sent.text
    assert "Zibeline" not in sent.text + sent.html + sent.subject


def test_no_answer_sends_nothing_even_later():
    """desk 27."""
    event, question = make_meal()

    tell_caterers(DUE)
    eat(event, question, "Poisson")
    tell_caterers(DUE + timedelta(hours=1))

    assert messages() == []
    assert CatererNotice.objects.get().answered == 0


@pytest.mark.parametrize(
    "change",
    [
        {"caterer_email": ""},
        {"status": "cancelled"},
        {"starts_at": DUE - timedelta(minutes=1), "ends_at": DUE + timedelta(hours=1)},
    ],
)
def test_nothing_is_sent_without_an_address_nor_for_an_event_that_is_off_or_begun(change):
    event, question = make_meal()
    eat(event, question, "Poisson")
    EventPage.objects.filter(pk=event.pk).update(**change)

    tell_caterers(DUE)

    assert messages() == []
    assert not CatererNotice.objects.exists()


@pytest.mark.parametrize("kind", ["singleline", "multiline", "email"])
def test_words_of_people_never_leave(kind):
    """A text is no choice: the form refuses it, and the clock would not send it."""
    event, question = make_meal(field_type=kind)
    eat(event, question, "Zibeline")

    tell_caterers(DUE)

    assert messages() == []


def test_the_editor_is_told_what_a_meal_and_a_need_cannot_be():
    event = {"starts_at": DUE}
    meal = {"purpose": Question.Purpose.MEAL, "field_type": "radio", "due_at": NOW}
    need = {"purpose": Question.Purpose.NEED, "field_type": "multiline", "due_at": None}

    def wrong_fields(question: dict[str, Any]) -> list[str]:
        return [field for field, _sentence in question_problems(question, event)]

    assert wrong_fields(meal) == wrong_fields(need) == []
    assert wrong_fields(meal | {"field_type": "multiline"}) == ["field_type"]
    assert wrong_fields(meal | {"due_at": DUE}) == ["due_at"]
    assert wrong_fields(need | {"field_type": "file"}) == ["field_type"]


def test_the_hour_follows_an_event_that_is_moved():
    """« J-7 » stays « J-7 »."""
    event, _question = make_meal()

    move(event, Shift(10))

    assert [one.due_at for one in event.questions.all()] == [DUE + timedelta(days=10)]


def test_several_choices_and_boxes_are_counted():
    event, several = make_meal(field_type="checkboxes", choices="Midi\nSoir")
    box = Question.objects.create(
        event=event, label="Déjeuner", field_type="checkbox", purpose=Question.Purpose.MEAL
    )
    eat(event, several, ["Midi", "Soir"])
    eat(event, several, ["Soir"])
    eat(event, box, True)
    eat(event, box, False)

    assert numbers_of(several).counts == [("Midi", 1), ("Soir", 2)]
    assert numbers_of(box).counts == [("oui", 1), ("non", 1)]
    assert (numbers_of(several).expected, numbers_of(several).silent) == (4, 2)


@pytest.mark.ignore_template_errors
@pytest.mark.usefixtures("wagtail_templates")
def test_the_screen_says_what_the_caterer_gets_and_got(admin, clock):
    event, question = make_meal()
    eat(event, question, "Poisson")
    address = f"/admin/evenements/{event.pk}/le-jour-meme/"

    before = admin.get(address).content.decode()
    tell_caterers(DUE)
    after = admin.get(address).content.decode()

    assert "recevra les nombres le 4 juin 2026 à 12:00" in before
    assert "a reçu ces nombres le 4 juin 2026 à 12:00" in after
