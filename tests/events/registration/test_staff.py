from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from events.messages import reminders
from events.models import EventPage, Question, Registration, Seat
from events.registration import signup, staff
from events.registration.answers import Answers
from events.registration.signup import Application
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]

LIST = "events_registration_modeladmin_index"


def make_full_event(**fields: Any) -> EventPage:
    """Create an event with one session and one place, which is taken, and one person on the waiting list."""
    event = make_event(sessions=[make_session(capacity=1)], **fields)
    make_registration(event, event.sessions.get(), name="Place")
    make_registration(event, event.sessions.get(), name="Attente").seats.update(state="waiting")
    return event


def create_address(event: EventPage) -> str:
    return f"{reverse('events_registration_modeladmin_create')}?evenement={event.pk}"


def edit_address(registration: Registration) -> str:
    return reverse("events_registration_modeladmin_edit", args=[registration.pk])


def typed(event: EventPage, **fields: Any) -> dict[str, Any]:
    sessions = [str(one.uuid) for one in event.sessions.all()]
    person = {"name": "Noé Exemple", "email": "noe@example.org", "organisation": ""}
    return person | {"sessions": sessions, "seen": ""} | fields


def seats_of(registration: Registration) -> list[str]:
    return [str(seat) for seat in registration.seats.order_by("pk")]


def logged(registration: Registration) -> list[tuple[str, str]]:
    entries = registration.log.select_related("by")
    return [(entry.in_words, str(entry.by.email if entry.by else "")) for entry in entries]


@pytest.mark.parametrize(
    ("overbook", "seat", "trace"),
    [
        (
            "1",
            "Matinée\u00a0: confirmée (hors quota)",
            "ajout par l’équipe\u00a0: Matinée (hors quota)",
        ),
        ("", "Matinée\u00a0: en attente", "ajout par l’équipe\u00a0: Matinée"),
    ],
)
def test_staff_add_someone_to_a_full_session(admin, outbox, overbook, seat, trace):
    """registration 56: staff can overbook; the seat is marked « hors quota » and logged."""
    event = make_full_event()

    response = admin.post(create_address(event), typed(event, overbook=overbook, tell="1"))

    registration = Registration.objects.get(email="noe@example.org")
    assert response["Location"] == f"{reverse(LIST)}?evenement={event.pk}"
    assert seats_of(registration) == [seat]
    assert logged(registration) == [(trace, "admin@example.org")]
    assert [row.recipient for row in outbox()] == ["noe@example.org"]


def test_staff_add_someone_after_the_deadline_and_write_to_nobody(admin, outbox):
    event = make_event(
        sessions=[make_session()], registration_deadline=(NOW - timedelta(days=1)).date()
    )

    admin.post(create_address(event), typed(event))

    assert seats_of(Registration.objects.get()) == ["Matinée\u00a0: confirmée"]
    assert outbox() == []


def test_an_event_without_sessions_takes_someone_too(admin):
    event = make_event(capacity=1)

    admin.post(create_address(event), typed(event))

    assert seats_of(Registration.objects.get()) == ["Événement entier\u00a0: confirmée"]


@pytest.mark.parametrize(
    ("event_fields", "fields", "said"),
    [
        ({}, {"email": " PLACE@Example.org ", "name": "Mme PLACE odile"}, "déjà inscrite"),
        ({"status": "cancelled"}, {}, "Cet événement est annulé"),
        ({}, {"email": "a@b"}, "adresse"),
        ({}, {"sessions": ["00000000-0000-0000-0000-000000000000"]}, "n’en est pas une"),
        ({}, {"name": "  "}, "error-message"),
    ],
)
def test_staff_read_why_a_person_cannot_be_added(admin, event_fields, fields, said):
    event = make_full_event(**event_fields)
    place = event.registrations.get(name="Place")
    place.name, place.email = "Odile Place", "place@example.org"
    place.save()

    response = admin.post(create_address(event), typed(event, **fields))

    assert response.status_code == 200
    assert said in response.content.decode().replace("&#x27;", "’")
    assert event.registrations.count() == 2


def test_the_event_is_chosen_first(admin):
    event = make_event(title="Rencontre des lieux")

    html = admin.get(reverse("events_registration_modeladmin_create")).content.decode()

    assert f'<a href="?evenement={event.pk}">Rencontre des lieux</a>' in html


# Correcting


def make_answered(event: EventPage) -> Registration:
    event.questions = [
        Question(label="Régime", field_type="singleline", required=True, retention="short")
    ]
    event.save()
    question = event.questions.get()
    answers = {
        str(question.uuid): {"label": "Régime", "retention": "short", "value": "sans sel"},
        "ancienne": {"label": "Train", "retention": "normal", "value": "oui"},
    }
    return make_registration(event, *event.sessions.all(), name="Camille", answers=answers)


def correction(registration: Registration, **fields: Any) -> dict[str, Any]:
    event = registration.event
    data = {
        "name": registration.name,
        "email": registration.email,
        "seen": staff.version_of(Registration.objects.get(pk=registration.pk)),
    }
    answers = {one.field_name: "sans sel" for one in event.questions.all()}
    return typed(event, **data) | answers | fields


def test_staff_correct_a_registration_and_its_history_says_what_without_the_words(admin, outbox):
    registration = make_answered(make_event(sessions=[make_session()]))

    admin.get(edit_address(registration))
    admin.post(edit_address(registration), correction(registration, organisation="Ville d’Arras"))

    registration.refresh_from_db()
    assert registration.organisation == "Ville d’Arras"
    assert sorted(one["value"] for one in registration.answers.values()) == ["oui", "sans sel"]
    assert logged(registration) == [("modification\u00a0: structure", "admin@example.org")]
    assert outbox() == []


def test_saving_without_a_change_writes_nothing(admin):
    registration = make_answered(make_event(sessions=[make_session()]))

    before = Registration.objects.get().changed_at

    admin.post(edit_address(registration), correction(registration))

    assert logged(registration) == []
    assert Registration.objects.get().changed_at == before


def test_the_second_editor_is_told_and_loses_nothing(admin, clock, somebody):
    """registration 59."""
    registration = make_answered(make_event(sessions=[make_session()]))
    mine = correction(registration, organisation="La mienne")
    clock.shift(60)
    staff.correct(
        registration=registration,
        application=Application(Answers("Camille", registration.email, "La leur")),
        wish=staff.StaffOptions(),
        seen=staff.version_of(registration),
        by=somebody,
        now=NOW,
    )

    html = admin.post(edit_address(registration), mine).content.decode()

    registration.refresh_from_db()
    assert registration.organisation == "La leur"
    assert "animatrice@example.org a modifié cette inscription" in html
    assert "<dt>Structure</dt><dd>La leur</dd>" in html
    assert 'value="La mienne"' in html

    again = mine | {"seen": staff.version_of(registration)}
    admin.post(edit_address(registration), again)

    registration.refresh_from_db()
    assert registration.organisation == "La mienne"


def test_leaving_a_session_gives_its_place_to_the_waiting_list(admin, outbox):
    event = make_event(sessions=[make_session(capacity=1), make_session(title="Soir")])
    morning, evening = event.sessions.all()
    registration = make_registration(event, morning, evening)
    waiting = make_registration(event, morning)
    waiting.seats.update(state="waiting")

    admin.post(
        edit_address(registration), correction(registration, sessions=[str(evening.uuid)], tell="1")
    )

    assert seats_of(registration) == ["Soir\u00a0: confirmée"]
    assert seats_of(waiting) == ["Matinée\u00a0: confirmée"]
    assert logged(registration)[0][0] == "modification\u00a0: Matinée (quittée)"
    assert {row.kind for row in outbox()} == {"inscription modifiée", "place obtenue"}


def test_staff_give_a_place_by_hand_to_someone_on_the_waiting_list(admin):
    event = make_full_event()
    waiting = event.registrations.get(name="Attente")

    admin.post(edit_address(waiting), correction(waiting, overbook="1"))

    assert seats_of(waiting) == ["Matinée\u00a0: confirmée (hors quota)"]


def test_a_cancelled_registration_cannot_be_corrected(admin, somebody):
    registration = make_registration(make_event())
    signup.cancel(registration=registration, by=somebody, now=NOW)

    response = admin.post(edit_address(registration), correction(registration, name="Autre"))

    registration.refresh_from_db()
    assert response.status_code == 302
    assert registration.name == "Camille Exemple"


# The list


def test_the_list_of_an_event_shows_the_places_of_each_session(admin):
    event = make_full_event()
    make_registration(event, event.sessions.get())

    html = admin.get(f"{reverse(LIST)}?evenement={event.pk}").content.decode()

    row = html[html.index('<span class="session-places__title">Matinée</span>') :].split("</li>")[0]
    assert "2\u00a0confirmées pour 1\u00a0place" in row
    assert "(2 pour 1\u00a0place)" in row
    assert "1 en attente" in row
    assert create_address(event) in html


def test_staff_filter_by_confirmed_waiting_and_overbooked_seats(admin):
    event = make_full_event()
    make_registration(event, event.sessions.get(), name="Plus").seats.update(over_capacity=True)

    def names(place: str) -> list[str]:
        address = f"{reverse(LIST)}?evenement={event.pk}&place={place}"
        return sorted(one.name for one in admin.get(address).context["object_list"])

    assert names("oui") == ["Place", "Plus"]
    assert names("attente") == ["Attente"]
    assert names("hors-quota") == ["Plus"]
    assert names("<script>") == ["Attente", "Place", "Plus"]


def test_exports_are_safe_to_open(admin):
    """registration 57: XLSX and CSV with BOM, `;`, formulas as text, accents, leading zeros of telephone numbers."""
    event = make_event(sessions=[make_session()])
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", "Élise"]
    for name in names:
        make_registration(event, *event.sessions.all(), name=name, organisation="0612345678")

    def export(kind: str) -> bytes:
        return admin.get(f"{reverse(LIST)}?evenement={event.pk}&export={kind}&raison=bilan").content

    table = list(load_workbook(BytesIO(export("xlsx"))).active.iter_rows(values_only=True))
    assert {row[0] for row in table[1:]} == set(names)
    assert {row[2] for row in table[1:]} == {"0612345678"}
    text = export("csv")
    assert text.startswith("\ufeffNom;Adresse e-mail;Structure;".encode())
    lines = text.decode("utf-8-sig").splitlines()[1:]
    assert {line.split(";")[0] for line in lines} == {
        "'=HYPERLINK(1)", "'+1", "'-1", "'@x", "Élise"
    }  # fmt: skip
    assert {line.split(";")[2] for line in lines} == {"0612345678"}


def test_the_list_costs_the_same_for_one_person_and_for_many(admin):
    event = make_full_event()
    address = f"{reverse(LIST)}?evenement={event.pk}"
    admin.get(address)

    counts = []
    for people in (0, 20):
        for _person in range(people):
            make_registration(event, event.sessions.get())
        with CaptureQueriesContext(connection) as queries:
            admin.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["create", "edit"])
def test_adding_and_correcting_need_the_permission(name):
    """registration 58."""
    event = make_full_event()
    registration = event.registrations.get(name="Place")
    user = get_user_model().objects.create_user("editrice@example.org")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    address = create_address(event) if name == "create" else edit_address(registration)

    for response in (client.get(address), client.post(address, typed(event))):
        assert response.status_code in (302, 403)
        assert registration.email not in response.content.decode()

    assert event.registrations.count() == 2


# Without an address


def test_staff_register_someone_who_telephoned_and_has_no_address(admin, outbox):
    event = make_event(sessions=[make_session()])

    response = admin.post(create_address(event), typed(event, email="", tell="1"))

    assert response.status_code == 302
    registration = Registration.objects.get()
    assert (registration.name, registration.email) == ("Noé Exemple", "")
    assert seats_of(registration) == ["Matinée\u00a0: confirmée"]
    assert outbox() == []
    listed = admin.get(response["Location"]).content.decode()
    assert "sans adresse" in listed
    inspected = reverse("events_registration_modeladmin_inspect", args=[registration.pk])
    assert "sans adresse" in admin.get(inspected).content.decode()


def test_two_people_without_an_address_are_told_apart_by_name(admin):
    event = make_event(sessions=[make_session()])

    admin.post(create_address(event), typed(event, email=""))
    again = admin.post(create_address(event), typed(event, email="", name="EXEMPLE noé"))
    admin.post(create_address(event), typed(event, email="", name="Léa Exemple"))

    assert "déjà inscrit à cet événement sans adresse" in again.content.decode()
    assert sorted(event.registrations.values_list("name", flat=True)) == [
        "Léa Exemple",
        "Noé Exemple",
    ]


def test_an_address_given_later_gets_the_confirmation_once(admin, sent):
    event = make_event(sessions=[make_session()])
    registration = make_registration(event, *event.sessions.all(), name="Noé Exemple", email="")

    admin.post(edit_address(registration), correction(registration, email="noe@example.org"))
    registration.refresh_from_db()
    admin.post(edit_address(registration), correction(registration, organisation="La Halle"))

    [message] = sent
    registration.refresh_from_db()
    assert message.to == ["noe@example.org"]
    assert message.subject.startswith("Inscription confirmée")
    assert registration.link in message.body


def test_nobody_without_an_address_is_said_to_be_written_to(admin, clock, outbox):
    event = make_event(sessions=[make_session(capacity=1)], status="planned")
    session = event.sessions.get()
    first = make_registration(event, session, name="Avec Adresse")
    without = make_registration(event, session, name="Sans Mail", email="", waiting=True)

    screen = reverse("events_write_to_group", args=[event.pk])
    words = {"audience": "active", "subject": "Bus", "text": "À 8h", "relire": "1", "session": ""}
    read = admin.post(screen, words | {"key": "5f0c8f2e-0d0a-4a53-9d0e-6f6f3c6f0d11"})
    signup.cancel(registration=first, by=None, now=NOW)

    said = " ".join(read.content.decode().split())  # no-break spaces too
    assert "<strong>1 personne</strong>" in said
    assert "1 personne sans adresse ne le reçoit pas : Sans Mail." in said
    assert seats_of(without) == ["Matinée\u00a0: confirmée"]
    last = outbox()[-1]
    assert (last.kind, "Sans Mail" in last.recipient) == ("place à annoncer", False)
    cancel = reverse("events_registration_modeladmin_annuler", args=[without.pk])
    answer = admin.post(cancel, follow=True).content.decode()
    assert "L’inscription de Sans Mail est annulée" in answer
    assert "un message lui part" not in answer


def test_reminders_are_not_sought_for_people_without_an_address():
    event = make_event(starts_at=NOW + timedelta(days=1), sessions=[make_session()])
    session = event.sessions.get()
    make_registration(event, session, email="", registered_at=NOW - timedelta(days=9))
    event.sessions.update(starts_at=event.starts_at)
    Seat.objects.update(since=NOW - timedelta(days=9))

    assert reminders.due_messages(event, NOW) == {}


def test_the_list_marks_who_shares_an_address_in_one_query(admin):
    event = make_event(sessions=[make_session()])

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(f"{reverse(LIST)}?evenement={event.pk}")
        return len(queries)

    for name in ("Marie", "Paul"):
        make_registration(event, *event.sessions.all(), name=name, email="mairie@example.org")
    make_registration(event, *event.sessions.all(), name="Seule", email="seule@example.org")
    make_registration(
        event, name="Partie", email="seule@example.org", state="cancelled", cancelled_at=NOW
    )
    cost()
    before = cost()
    listed = admin.get(f"{reverse(LIST)}?evenement={event.pk}").content.decode()
    shared = admin.get(f"{reverse(LIST)}?adresse=meme").content.decode()
    for number in range(20):
        make_registration(
            event, *event.sessions.all(), name=f"P{number}", email="mairie@example.org"
        )

    assert listed.count("<strong>même adresse\u00a0: ") == 2
    assert ("Marie" in shared, "Seule" in shared) == (True, False)
    assert cost() == before


def test_the_export_says_that_there_is_no_address(admin):
    event = make_event(sessions=[make_session()])
    make_registration(event, *event.sessions.all(), name="Noé Exemple", email="")

    response = admin.get(f"{reverse(LIST)}?export=xlsx&raison=Bilan")

    rows = list(load_workbook(BytesIO(response.content)).active.values)
    assert rows[1][:2] == ("Noé Exemple", "sans adresse")
    assert rows[0][1] == "Adresse e-mail"
