"""A registrant's own page: its uses, and its protection from everyone else."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from events.messages import emails
from events.models import EventChange, EventPage, Question, Registration, RegistrationLogEntry, Seat
from events.registration.answers import Answers
from events.registration.signup import Application, register
from home.models import OutgoingEmail
from site_cms.log_masking import masked
from tests.builders import (
    NOW,
    make_event,
    make_hidden_session,
    make_member,
    make_members_page,
    make_registration,
    make_session,
)

pytestmark = pytest.mark.django_db

HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@pytest.fixture(autouse=True)
def _now(db):
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


def words(response: Any) -> str:
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def state() -> list[Any]:
    """Return everything that a change would affect."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Registration, Seat, RegistrationLogEntry, OutgoingEmail)
    ]


def make_held(**fields: Any) -> Registration:
    event = fields.pop("event", None) or make_event()
    return make_registration(event, make_hidden_session(event), **fields)


def every_address(registration: Registration) -> list[str]:
    parts = ("", "modifier/", "annuler/", "adresse/", "effacer/", "evenement.ics")
    seat = registration.seats.first()
    return [registration.link + part for part in (*parts, f"annuler/{seat.session.uuid}/")]


def test_reading_changes_nothing(client):
    """registration 41: a scanner, a prefetch, a HEAD."""
    registration = make_held()
    before = state()

    for address in every_address(registration):
        for ask in (client.get, client.head):
            response = ask(address)
            assert response.status_code == 200, address
            assert {name: response[name] for name in HEADERS} == HEADERS

    assert state() == before


def test_every_invalid_link_is_the_same_404(client):
    """registration 44."""
    registration = make_held()
    token = registration.link.split("/")[2]
    erased = make_held(email="b@example.org")
    dead = erased.link
    client.post(f"{dead}effacer/")
    wrong = ["x" * len(token), token[:-1], token.swapcase(), str(registration.uuid), "é", "../x"]

    answers = [
        ask(address)
        for address in [dead, *(f"/inscriptions/{one}/" for one in wrong)]
        for ask in (client.get, client.post)
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_the_token_is_in_no_log_and_no_row(client, sent):
    """registration 44: the database stores a hash, the outbox erases sent bodies, logs are masked."""
    event = make_event()
    application = Application(Answers("Ada", "ada@example.org"))

    registration = register(
        event=event, application=application, by=AnonymousUser(), now=NOW
    ).registration

    token = registration.link.split("/")[2]
    assert f"http://localhost:8000/inscriptions/{token}/" in sent[0].body
    assert token not in str(state())
    for address in every_address(registration):
        assert token not in masked(f'"GET {address} HTTP/1.1" 200')


def test_the_page_says_what_is_registered(client):
    event = make_event(
        title="Forum", sessions=[make_session(), make_session(title="Atelier", capacity=1)]
    )
    morning, workshop = event.sessions.all()
    make_registration(event, workshop)
    make_registration(event, workshop, waiting=True)
    registration = make_registration(event, morning, name="Ada Essai", organisation="Commune")
    Seat.objects.create(registration=registration, session=workshop, state="waiting", since=NOW)

    text = words(client.get(registration.link))

    assert "Ada Essai" in text
    assert "Matinée, 12h place confirmée" in text
    assert "Atelier, 12h liste d’attente, vous êtes n°&nbsp;2" in text


def test_cancelling_frees_the_place_once(client, outbox):
    """registration 42."""
    event = make_event(capacity=1)
    registration = make_held(event=event)
    waiter = make_registration(event, registration.seats.get().session, waiting=True)

    first = client.post(f"{registration.link}annuler/")
    second = client.post(f"{registration.link}annuler/")

    assert (first.status_code, second.status_code) == (303, 303)
    assert "Votre inscription est annulée." in words(client.get(first["Location"]))
    assert "était déjà annulée" in words(client.get(second["Location"]))
    assert waiter.seats.get().is_confirmed
    assert [(row.kind, row.recipient) for row in outbox()] == [
        ("inscription annulée", registration.email),
        ("place obtenue", waiter.email),
    ]


def test_a_person_noted_present_gives_no_place_back(client, outbox):
    """desk 8: who came stays counted."""
    registration = make_held()
    registration.seats.update(present_at=NOW)

    answer = client.post(f"{registration.link}annuler/")

    assert answer.status_code == 409
    assert "Votre présence est notée" in words(answer)
    assert "présence notée" in words(client.get(registration.link))
    assert Registration.objects.get().seats.present().count() == 1
    assert outbox() == []


def test_one_session_is_left_and_the_other_stays(client, outbox):
    """registration 30."""
    event = make_event(sessions=[make_session(), make_session(title="Atelier")])
    morning, workshop = event.sessions.all()
    registration = make_registration(event, morning)
    Seat.objects.create(registration=registration, session=workshop, state="waiting")

    response = client.post(f"{registration.link}annuler/{workshop.uuid}/")
    again = client.post(f"{registration.link}annuler/{workshop.uuid}/")

    assert response.status_code == again.status_code == 303
    assert [(seat.session, seat.state) for seat in registration.seats.all()] == [
        (morning, "confirmed")
    ]
    assert [row.kind for row in outbox()] == ["inscription modifiée"]
    assert [entry.action for entry in registration.log.all()] == ["changed"]


def test_a_waiting_person_sees_their_position_and_leaves_the_list(client, outbox):
    """registration 46."""
    event = make_event(capacity=1)
    registration = make_held(event=event, waiting=True)

    page = words(client.get(registration.link))
    client.post(f"{registration.link}annuler/")

    assert "vous êtes n°" in page
    assert not Seat.objects.waiting().exists()
    assert [(row.kind, row.attachments) for row in outbox()] == [("inscription annulée", [])]


def ask_diet(event: EventPage, **fields: Any) -> Question:
    event.questions = [Question(**{"label": "Régime", "field_type": "singleline"} | fields)]
    event.save()
    return event.questions.get()


def answers(registration: Registration) -> list[str]:
    registration.refresh_from_db()
    return [answer["value"] for answer in registration.answers.values()]


def test_answers_and_sessions_change_in_one_form(client, outbox):
    event = make_event(sessions=[make_session(), make_session(title="Soir")])
    morning, evening = event.sessions.all()
    diet = ask_diet(event)
    registration = make_registration(event, morning)
    data = {"name": "Ada", "sessions": [evening.uuid], diet.field_name: "sans sel"}

    shown = client.get(f"{registration.link}modifier/").content.decode()
    changed = client.post(f"{registration.link}modifier/", data)
    same = client.post(f"{registration.link}modifier/", data)

    assert "Matinée, 12h – vous avez une place" in shown
    assert "C’est enregistré." in words(client.get(changed["Location"]))
    assert "Rien n’a changé." in words(client.get(same["Location"]))
    assert [seat.session for seat in registration.seats.all()] == [evening]
    assert answers(registration) == ["sans sel"]
    assert [row.kind for row in outbox()] == ["inscription modifiée"]
    assert [entry.action for entry in registration.log.all()] == ["changed"]
    again = client.get(f"{registration.link}modifier/").content.decode()
    assert 'value="sans sel"' in again


def test_a_mistake_in_the_form_is_named_and_changes_nothing(client, outbox):
    event = make_event(sessions=[make_session(), make_session(title="Soir")])
    registration = make_registration(event, event.sessions.first())

    response = client.post(f"{registration.link}modifier/", {"name": " ", "organisation": "Mairie"})

    assert response.status_code == 200
    assert "Le formulaire n’est pas encore parti" in words(response)
    assert "Choisissez au moins une session." in words(response)
    assert outbox() == []


def test_an_answer_to_a_deleted_question_is_kept(client):
    event = make_event()
    old = {"label": "Ancienne", "retention": "normal", "value": "oui"}
    registration = make_held(event=event, answers={"0" * 8 + "-0000-4000-8000-" + "0" * 12: old})

    client.post(f"{registration.link}modifier/", {"name": "Ada"})

    assert answers(registration) == ["oui"]


def test_adding_a_full_session_joins_its_waiting_list(client):
    """registration 45."""
    event = make_event(sessions=[make_session(), make_session(title="Atelier", capacity=1)])
    morning, workshop = event.sessions.all()
    make_registration(event, workshop)
    registration = make_registration(event, morning)
    both = {"name": "Ada", "sessions": [morning.uuid, workshop.uuid]}

    client.post(f"{registration.link}modifier/", both)

    assert list(registration.seats.order_by("session").values_list("session", "state")) == [
        (morning.pk, "confirmed"),
        (workshop.pk, "waiting"),
    ]


@pytest.mark.parametrize(("late_changes", "status"), [(True, 303), (False, 409)])
def test_answers_change_after_the_deadline_where_the_event_allows_it(client, late_changes, status):
    """registration 45: refused with the reason."""
    event = make_event(
        registration_deadline=date(2026, 5, 30),
        late_changes=late_changes,
        sessions=[make_session(), make_session(title="Soir")],
    )
    morning, evening = event.sessions.all()
    registration = make_registration(event, morning)

    answer = client.post(f"{registration.link}modifier/", {"name": "Ada Autre"})
    forged = client.post(
        f"{registration.link}modifier/", {"name": "Ada", "sessions": [morning.uuid, evening.uuid]}
    )

    assert answer.status_code == status
    assert forged.status_code in (200, 409)
    assert registration.seats.count() == 1
    if not late_changes:
        assert "La date limite est passée" in words(answer)
    assert client.post(f"{registration.link}annuler/").status_code == 303


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"starts_at": NOW - timedelta(days=2)}, "Cet événement est passé."),
        ({"status": "cancelled"}, "Cet événement est annulé"),
    ],
)
def test_a_registration_is_read_only_when_its_event_is_cancelled_or_past(
    client, outbox, fields, reason
):
    """registration 47."""
    registration = make_held(event=make_event(**fields))
    before = state()
    forms = ("modifier/", "annuler/", "adresse/")

    page = words(client.get(registration.link))
    refusals = [
        client.post(registration.link + form, {"name": "A", "email": "a@exemple.fr"})
        for form in forms
    ]

    assert reason in page
    assert "Ajouter à mon agenda" not in page
    assert "modifier/" not in client.get(registration.link).content.decode()
    assert [refusal.status_code for refusal in refusals] == [409] * 3
    assert state() == before


def test_the_address_changes_once_its_owner_says_yes(client, sent):
    registration = make_held(email="faute@exemple.fr")
    old_link = registration.link

    asked = client.post(f"{old_link}adresse/", {"email": "juste@exemple.fr"})
    unchanged = Registration.objects.get().email
    said = words(client.get(asked["Location"]))
    [link] = re.findall(r"http://localhost:8000(/inscriptions/nouvelle-adresse/\S+)", sent[0].body)
    client.get(link)
    confirmed = client.post(link)

    assert "Un message part à la nouvelle adresse." in said
    assert unchanged == "faute@exemple.fr"
    assert Registration.objects.get().email == "juste@exemple.fr"
    assert "L’adresse est corrigée." in words(client.get(confirmed["Location"]))
    assert [message.to for message in sent] == [["juste@exemple.fr"], ["juste@exemple.fr"]]
    assert client.get(old_link).status_code == 404
    assert client.post(link).status_code == 404


def test_only_the_owner_learns_that_an_address_is_registered(client, outbox):
    event = make_event()
    session = make_hidden_session(event)
    make_registration(event, session, email="connue@exemple.fr")
    registration = make_registration(event, session, email="ada@exemple.fr")

    answers = [
        client.post(f"{registration.link}adresse/", {"email": email})
        for email in ("connue@exemple.fr", "nouvelle@exemple.fr")
    ]

    assert {(one.status_code, one["Location"], one.content) for one in answers} == {
        (303, f"{registration.link}?fait=adresse", b"")
    }
    assert [(row.recipient, row.kind) for row in outbox()] == [
        ("connue@exemple.fr", "déjà inscrit·e"),
        ("nouvelle@exemple.fr", "adresse à confirmer"),
    ]
    assert Registration.objects.filter(email="ada@exemple.fr").exists()


def test_the_calendar_is_that_of_the_person(client):
    event = make_event(
        sessions=[
            make_session(),
            make_session(title="Soir", starts_at=NOW + timedelta(days=10, hours=8)),
        ]
    )
    registration = make_registration(event, list(event.sessions.all())[1])

    response = client.get(f"{registration.link}evenement.ics")

    [entry] = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(entry["UID"]) == str(registration.calendar_uid)
    assert entry["DTSTART"].dt == NOW + timedelta(days=10, hours=8)
    assert b"ATTENDEE" not in response.content


def test_erasing_before_the_event_erases_the_person_and_frees_the_place(client, sent):
    """registration 48."""
    event = make_event(capacity=1)
    registration = make_held(
        event=event, name="Ada Essai", email="ada@exemple.fr", answers={"x": {"value": "sans sel"}}
    )
    waiter = make_registration(event, registration.seats.get().session, waiting=True)
    client.post(f"{registration.link}adresse/", {"email": "ada@autre.fr"})

    response = client.post(f"{registration.link}effacer/")

    assert "Vos données sont supprimées" in words(client.get(response["Location"]))
    kept = str(state())
    assert [word for word in ("Ada", "ada@", "sans sel") if word in kept] == []
    assert waiter.seats.get().is_confirmed
    assert client.get(registration.link).status_code == 404
    assert [entry.action for entry in registration.log.all()] == ["cancelled", "erased"]
    assert [message.to for message in sent][1:] == [[waiter.email]]


def test_who_waits_is_not_told_of_a_place_of_theirs(client, sent):
    event = make_event(capacity=1)
    waiter = make_registration(event, make_held(event=event).seats.get().session, waiting=True)
    before, after = event.facts(), event.facts() | {"venue_town": "Arras"}
    change = EventChange.objects.create(event=event, before=before, after=after, published_at=NOW)

    emails.event_changed(waiter, change)

    pages = [words(client.get(f"{waiter.link}{part}")) for part in ("", "annuler/", "effacer/")]
    assert [text for text in (*pages, str(sent[-1].body)) if "votre place" in text] == []


def test_erasing_after_the_event_keeps_how_many_came(client):
    """registration 48: totals are kept, for several people too."""
    event = make_event(starts_at=NOW - timedelta(days=3))
    session = make_hidden_session(event)
    people = [make_registration(event, session) for _person in range(2)]

    for person in people:
        client.post(f"{person.link}effacer/")

    assert Seat.objects.confirmed().count() == 2
    assert set(Registration.objects.values_list("name", "email")) == {("", "")}


def test_the_page_has_no_csrf_token_for_a_logged_in_visitor(client):
    """docs/decisions/0012; tests/guards.py looks at each response."""
    client.force_login(get_user_model().objects.create_user("ada@exemple.fr"))
    registration = make_held()

    assert [client.get(address).status_code for address in every_address(registration)] == [200] * 7


def test_a_button_works_in_a_browser_that_sends_no_origin():
    registration = make_held()
    client = Client(enforce_csrf_checks=True, headers={"Origin": "null"})

    assert client.post(f"{registration.link}annuler/").status_code == 303


def test_a_flood_of_posts_is_slowed(client):
    registration = make_held()

    answers = [
        client.post(f"{registration.link}modifier/", {"name": ""}).status_code
        for _post in range(61)
    ]

    assert answers == [200] * 60 + [429]


def test_a_member_finds_registrations_made_before_logging_in_and_nobody_elses(client):
    member = make_member(email="dominique@exemple.fr").user
    make_members_page()
    mine = make_held(event=make_event(title="Au nom du compte"), user=member)
    before = make_held(event=make_event(title="Sans compte"), email="dominique@exemple.fr")
    other = make_member().user
    theirs = make_held(
        event=make_event(title="Pour autrui"), user=other, email="dominique@exemple.fr"
    )
    client.force_login(member)

    page = client.get("/membres/inscriptions/").content.decode()

    assert [one.link in page for one in (mine, before, theirs)] == [True, True, False]
