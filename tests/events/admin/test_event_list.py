from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.asserts import assertContains, assertNotContains

from events.models import EventPage, Question, Registration, Seat
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]

LIST = "events_registration_modeladmin_index"


def ask(event: EventPage, label: str, **fields: Any) -> Question:
    return Question.objects.create(event=event, label=label, **fields)


def answer(question: Question, value: Any) -> dict[str, Any]:
    return {str(question.uuid): {"label": question.label, "retention": "normal", "value": value}}


def listed(client: Any, event: EventPage, query: str = "") -> Any:
    """Return the response of the list of this event."""
    return client.get(f"{reverse(LIST)}?evenement={event.pk}{query}", follow=True)


def cells(page: Any) -> list[list[str]]:
    """Return the name, structure, state and seats of each row."""
    return [
        [
            row.registration.name,
            row.registration.organisation,
            row.state,
            *(seat.words for seat in row.seats),
        ]
        for row, _buttons in page.context["rows"]
    ]


def test_the_list_of_an_event_is_by_name_and_says_who_waits(admin):
    """K25, 60."""
    event = make_event(sessions=[make_session(capacity=1), make_session(title="Soir")], capacity=40)
    morning, evening = event.sessions.all()
    make_registration(event, morning, evening, name="Zoé Abel", organisation="Mairie")
    make_registration(event, morning, waiting=True, name="Jean d’Hauteville", email="m@x.fr")
    mixed = make_registration(event, evening, name="Éloi ÉMERY", email="m@x.fr")
    Seat.objects.create(
        registration=mixed, session=morning, state="waiting", since=NOW.replace(year=NOW.year + 1)
    )
    gone = make_registration(event, morning, name="Anne Aa")
    Registration.objects.filter(pk=gone.pk).update(state="cancelled", cancelled_at=NOW)

    page = listed(admin, event)

    assert cells(page) == [
        ["Zoé Abel", "Mairie", "inscrit·e", "confirmée", "confirmée"],
        ["Éloi ÉMERY", "", "en attente en partie", "en attente, n°\u00a02", "confirmée"],
        ["Jean d’Hauteville", "", "en attente", "en attente, n°\u00a01", "–"],
        ["Anne Aa", "", "annulée", "annulée", "–"],
    ]
    assertContains(page, "même adresse\u00a0: Jean d’Hauteville")
    assertContains(page, '<th scope="col" role="columnheader">Soir</th>', html=True)
    assertNotContains(page, '<th scope="col">Événement</th>', html=True)
    assertContains(page, "2\u00a0confirmées pour 40\u00a0places")
    assertContains(page, "<strong>2 en attente</strong>", html=True)
    assertContains(
        page,
        '<meter min="0" max="1" value="1" aria-label="Places prises\u00a0: Matinée"></meter>',
        html=True,
    )
    together = [row[0] for row in cells(listed(admin, event, "&adresse=meme&tri=adresse"))]
    assert together == ["Éloi ÉMERY", "Jean d’Hauteville"]


def test_columns_of_answers_are_chosen_and_kept_in_the_address(admin):
    event = make_event()
    meal = ask(event, "Repas", field_type="radio", choices="midi\nsoir", sort_order=1)
    town = ask(event, "Commune", sort_order=2)
    wish = ask(event, "Souhait", sort_order=3)
    said = answer(meal, "midi") | answer(town, "Lens") | answer(wish, "du calme")
    make_registration(event, answers=said)
    make_registration(event, answers=answer(meal, "midi"), name="Sacha")

    def heads(page: Any) -> list[str]:
        return [column.heading for column in page.context["people"].columns]

    assert heads(listed(admin, event)) == ["Repas", "Commune"]
    chosen = admin.get(f"{reverse(LIST)}?evenement={event.pk}&choisir=1&colonne={wish.uuid}")
    assert chosen.url.endswith(f"?evenement={event.pk}&colonnes={wish.uuid}")
    page = listed(admin, event, f"&colonnes={wish.uuid}")
    assert heads(page) == ["Souhait"]
    assertContains(page, "Souhait\u00a0: </span>du calme")
    assertContains(page, f"?colonnes={wish.uuid}&amp;evenement={event.pk}&amp;place=attente")
    assert heads(listed(admin, event, "&choisir=1")) == []
    assert heads(listed(admin, event, "&colonnes=-1.<b>.é&tri=<b>")) == []

    assertContains(page, "2\u00a0réponses")
    bar = '<span>midi</span><meter min="0" max="2" value="2" aria-label="midi"></meter><strong>2</strong>'
    assertContains(page, f"<li>{bar}</li>", html=True)


def test_the_list_asks_as_many_queries_for_many_people(admin, django_assert_max_num_queries):
    event = make_event(sessions=[make_session(), make_session(title="Soir")], capacity=3)
    question = ask(event, "Repas", field_type="checkboxes", choices="midi\nsoir")

    def add(number: int) -> None:
        make_registration(
            event,
            *event.sessions.all(),
            waiting=number > 1,
            name=f"N {number}",
            answers=answer(question, ["midi"]),
        )

    add(0)
    add(2)
    address = f"{reverse(LIST)}?evenement={event.pk}"
    admin.get(address)
    with django_assert_max_num_queries(60) as few:
        admin.get(address)
    for number in range(3, 300):
        add(number)
    with django_assert_max_num_queries(len(few)):
        response = admin.get(address)
    assert len(cells(response)) == 299


def test_the_export_has_a_column_per_session_and_per_question(admin):
    event = make_event(sessions=[make_session(capacity=1), make_session(title="Soir")])
    morning, evening = event.sessions.all()
    ask(event, "Souhait", sort_order=2)
    meal = ask(event, "Repas", field_type="checkboxes", choices="midi\nsoir", sort_order=1)
    gone = {"a1": {"label": "Ancienne", "retention": "normal", "value": "=1+1"}}
    make_registration(event, morning, name="Zoé Abel", organisation="0612345678", answers=gone)
    make_registration(
        event, morning, waiting=True, name="Marie Bois", answers=answer(meal, ["soir"])
    )
    left = make_registration(event, evening, name="Anne Aa")
    Registration.objects.filter(pk=left.pk).update(state="cancelled", cancelled_at=NOW)

    def export(kind: str) -> bytes:
        found = admin.get(f"{reverse(LIST)}?evenement={event.pk}&export={kind}&raison=bilan")
        return found.content

    book = load_workbook(BytesIO(export("xlsx")))
    assert book.sheetnames == ["Inscriptions", "Annulées"]
    sheet = book["Inscriptions"]
    heading, first, second = sheet.iter_rows(values_only=True)
    assert heading == (
        "Nom", "Adresse e-mail", "Structure", "Événement", "Date", "Matinée", "Soir", "État",
        "Inscription le", "Annulation le",
        "Repas\u00a0: midi", "Repas\u00a0: soir", "Souhait", "Ancienne",
    )  # fmt: skip
    assert (first[0], first[2], first[5], first[6]) == ("Zoé Abel", "0612345678", "confirmée", None)
    assert first[13] == "=1+1"
    assert sheet["N2"].data_type == "s"
    assert second[5] == "en attente, n°\u00a01"
    assert second[7] == "en attente"
    assert second[10:12] == ("non", "oui")
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width == 12
    assert [row[0] for row in book["Annulées"].iter_rows(values_only=True)] == ["Nom", "Anne Aa"]

    lines = export("csv").decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == ["Nom", "Zoé Abel", "Marie Bois", "Anne Aa"]
    assert lines[3].split(";")[7] == "annulée"
    assert lines[1].split(";")[13] == "'=1+1"
