import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from wagtail.models import PageViewRestriction

from events.models import EventPage, Question, Registration, Seat, Session
from home.access import MEMBERS_GROUP
from tests.builders import NOW, make_agenda, make_event, make_registration, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """Tests stand at NOW, before anyone has posted; `clock.shift(seconds)` lets time pass."""
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def member(client: Client) -> Any:
    user = get_user_model().objects.create_user(
        "membre@example.org", first_name="Dominique", last_name="Exemple"
    )
    user.groups.add(Group.objects.get_or_create(name=MEMBERS_GROUP)[0])
    return user


def fill(client: Client, event: EventPage, clock: Any, **answers: Any) -> dict[str, Any]:
    """What a browser would send: the form's own hidden fields and these answers, ten seconds later."""
    html = client.get(event.url).content.decode()
    begin = html.index('<form class="form"')
    form = html[begin : html.index("</form>", begin)]
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if attributes.get("type") in ("hidden", "text", "email"):
            data[attributes["name"]] = attributes.get("value", "")
    clock.shift(10)
    return data | {"name": "Élise Exemple", "email": "elise@exemple.fr"} | answers


def section_of(response: Any) -> str:
    html = response.content.decode()
    section = html[html.index('id="inscription"') :]
    return " ".join(re.sub(r"<[^>]+>", " ", section[: section.index("</section>")]).split())


def test_a_visitor_registers_and_is_thanked_by_a_page_that_may_be_loaded_again(
    client, clock, outbox
):
    event = make_event()

    response = client.post(event.url, fill(client, event, clock))

    assert response.status_code == 303
    assert response["Location"] == f"{event.url}?inscription=recue#inscription"
    for _load in range(2):
        thanks = client.get(response["Location"])
        assert "Merci, c’est envoyé" in section_of(thanks)
        assert "elise@exemple.fr" in section_of(thanks)
        assert "no-store" in thanks["Cache-Control"]
        assert thanks["Referrer-Policy"] == "no-referrer"
    assert [(one.name, one.email) for one in Registration.objects.all()] == [
        ("Élise Exemple", "elise@exemple.fr")
    ]
    assert [row.kind for row in outbox()] == ["inscription confirmée"]


def test_an_address_that_is_registered_gets_the_same_answer_as_a_new_one(client, clock, outbox):
    event = make_event()
    first = client.post(event.url, fill(client, event, clock))
    first_thanks = section_of(client.get(first["Location"]))
    other = Client()

    second = other.post(event.url, fill(other, event, clock, email=" Elise@Exemple.FR "))

    assert (second.status_code, second["Location"]) == (first.status_code, first["Location"])
    assert section_of(other.get(second["Location"])) == first_thanks
    assert Registration.objects.count() == 1
    assert [row.kind for row in outbox()] == ["inscription confirmée", "déjà inscrit·e"]


def test_a_double_click_is_one_registration_and_one_message(client, clock, outbox):
    event = make_event()
    data = fill(client, event, clock)

    answers = [client.post(event.url, data).status_code for _click in range(2)]

    assert answers == [303, 303]
    assert Registration.objects.count() == 1
    assert [row.kind for row in outbox()] == ["inscription confirmée"]


def test_reading_a_page_changes_nothing(client, clock, outbox):
    event = make_event()

    for address in (event.url, f"{event.url}?inscription=recue", f"{event.url}evenement.ics"):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200

    assert (Registration.objects.count(), Session.objects.count(), outbox()) == (0, 0, [])


@pytest.mark.parametrize(
    "address",
    ["a@b", "a b@c.fr", '"<x>"@y.fr', "a" * 300 + "@b.fr", "a@b.fr\nBcc:x@y.fr", ""],
)
def test_what_is_no_address_is_refused_beside_its_field_and_the_rest_is_kept(
    client, clock, outbox, address
):
    event = make_event()

    response = client.post(event.url, fill(client, event, clock, email=address))

    assert response.status_code == 200
    html = response.content.decode()
    assert 'aria-invalid="true"' in html
    assert 'value="Élise Exemple"' in html
    assert "Le formulaire n’est pas encore parti" in section_of(response)
    assert (Registration.objects.count(), outbox()) == (0, [])


@pytest.mark.parametrize("name", ["   ", "x" * 10_000, "a\nb", "a\u202eb"])
def test_a_name_that_is_none_is_refused(client, clock, name):
    event = make_event()

    response = client.post(event.url, fill(client, event, clock, name=name))

    assert response.status_code == 200
    assert Registration.objects.count() == 0


@pytest.mark.usefixtures("mail_down")  # bodies with a personal link are forgotten once sent
def test_a_name_with_markup_is_shown_as_text_everywhere(client, clock, outbox):
    event = make_event()

    response = client.post(event.url, fill(client, event, clock, name="<b>É</b> 🦉"))

    assert "<b>É</b>" not in client.get(response["Location"]).content.decode()
    assert Registration.objects.get().name == "<b>É</b> 🦉"
    assert "<b>É</b>" not in outbox()[0].html


def test_an_unknown_field_is_refused(client, clock):
    event = make_event()

    response = client.post(event.url, fill(client, event, clock, role="admin"))

    assert response.status_code == 200
    assert Registration.objects.count() == 0


@pytest.mark.parametrize("value", ["", "-1", "99999999999999999999", "une session"])
def test_a_session_that_does_not_exist_is_refused(client, clock, value):
    event = make_event(sessions=[make_session(), make_session(title="Soir")])

    response = client.post(event.url, fill(client, event, clock, sessions=value))

    assert response.status_code == 200
    assert Registration.objects.count() == 0


def test_a_robot_gets_the_same_answer_and_is_not_registered(client, clock, outbox):
    event = make_event()
    data = fill(client, event, clock)

    filled = client.post(event.url, data | {"sujet_libre": "Buy now"})
    clock.shift(-9)
    fast = client.post(event.url, data)

    assert [filled.status_code, fast.status_code] == [303, 303]
    assert "Merci, c’est envoyé" in section_of(client.get(filled["Location"]))
    assert (Registration.objects.count(), outbox()) == (0, [])


def test_the_answers_are_kept_when_the_deadline_passes_while_the_form_is_open(client, clock):
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


def test_the_hour_is_half_open_an_event_is_coming_then_past(client, clock):
    event = make_event(starts_at=NOW - timedelta(hours=1), announced_end=NOW + timedelta(hours=1))

    before = section_of(client.get(event.url))
    clock.shift(3600)
    after = section_of(client.get(event.url))

    assert "Les inscriptions sont closes." in before
    assert "Cet événement est passé" in after


def test_what_is_over_is_not_offered_to_the_readers_agenda(client, clock):
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
def test_each_state_says_its_sentence_and_shows_no_form(client, clock, fields, words):
    event = make_event(**fields)

    response = client.get(event.url)

    assert words in section_of(response)
    assert '<form class="form"' not in response.content.decode()
    assert client.post(event.url, {"name": "A", "email": "a@exemple.fr"}).status_code in (200, 303)
    assert Registration.objects.count() == 0


def test_a_full_event_without_waiting_list_says_so(client, clock):
    event = make_event(capacity=1, waiting_list=False)
    make_registration(event, Session.objects.create(event=event, hidden=True))

    response = client.get(event.url)

    assert "C’est complet" in section_of(response)
    assert '<form class="form"' not in response.content.decode()


CONSENT = "vous demandez une place sur la liste d’attente"


def test_the_last_place_goes_while_the_form_is_open_and_the_waiting_list_is_no_error(
    client, clock, outbox
):
    """Acceptance 17: the form said what would happen, the thanks say that it did."""
    event = make_event(capacity=1)
    page = client.get(event.url)
    data = fill(client, event, clock)
    make_registration(event, Session.objects.create(event=event, hidden=True))

    response = client.post(event.url, data)

    assert f"Si les places sont prises avant votre envoi, {CONSENT}" in section_of(page)
    assert response.status_code == 303
    thanks = section_of(client.get(response["Location"]))
    assert "C’est complet : vous êtes sur la liste d’attente" in thanks
    assert [row.kind for row in outbox()] == ["liste d’attente"]


def test_a_full_event_asks_for_its_waiting_list(client, clock):
    """Acceptance 8."""
    event = make_event(capacity=1)
    make_registration(event, Session.objects.create(event=event, hidden=True))

    response = client.get(event.url)

    assert "Complet – liste d’attente" in response.content.decode()
    assert f"En envoyant ce formulaire, {CONSENT}" in section_of(response)
    assert "S’inscrire sur la liste d’attente" in section_of(response)


def test_a_full_session_says_so_beside_its_title_and_on_the_page_of_thanks(client, clock):
    """Acceptance 15."""
    event = make_event(sessions=[make_session(), make_session(title="Atelier", capacity=1)])
    morning, workshop = event.sessions.all()
    make_registration(event, workshop)
    page = client.get(event.url)
    both = [str(morning.uuid), str(workshop.uuid)]

    response = client.post(event.url, fill(client, event, clock, sessions=both))

    assert "Atelier – complet, liste d’attente" in section_of(page)
    assert f"En choisissant ce qui est complet, {CONSENT}" in section_of(page)
    thanks = section_of(client.get(response["Location"]))
    assert "Complet, vous êtes sur la liste d’attente Atelier" in thanks
    assert "Vous participez à Matinée" in thanks


@pytest.mark.parametrize("waiting_list", [True, False])
def test_an_event_without_a_limit_speaks_of_no_waiting_list(client, clock, waiting_list):
    event = make_event(waiting_list=waiting_list)

    assert "liste d’attente" not in section_of(client.get(event.url))


def test_a_known_address_reads_the_same_thanks_as_a_new_one_when_it_is_full(client, clock):
    event = make_event(capacity=1)
    first = client.post(event.url, fill(client, event, clock))
    assert "liste d’attente" not in section_of(client.get(first["Location"]))

    thanks = []
    for email in ("elise@exemple.fr", "autre@exemple.fr"):
        other = Client()
        sent = other.post(event.url, fill(other, event, clock, email=email))
        thanks.append(section_of(other.get(sent["Location"])).replace(email, "…"))

    assert thanks[0] == thanks[1]
    assert "vous êtes sur la liste d’attente" in thanks[0]


def test_a_visitor_reads_why_a_members_event_has_no_form_and_can_not_post_to_it(client, clock):
    public = make_event()
    data = fill(client, public, clock)
    event = make_event(registration_audience="members")

    response = client.get(event.url)
    posted = client.post(event.url, data)

    words = section_of(response)
    assert "Se connecter" in words
    assert "Rejoindre le réseau" in words
    assert posted.status_code == 403
    assert Registration.objects.count() == 0


def test_a_member_finds_what_is_known_already_and_registers(client, clock, member):
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
    event = make_event(registration_audience="members")
    client.force_login(member)
    data = fill(client, event, clock)
    member.groups.clear()

    response = client.post(event.url, data)

    assert response.status_code == 403
    assert 'value="Élise Exemple"' in response.content.decode()
    assert Registration.objects.count() == 0


def test_sessions_are_chosen_and_a_question_is_asked_of_those_of_its_session(client, clock):
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


def test_a_flood_is_told_plainly_and_loses_nothing_else(client, clock, settings):
    event = make_event()
    data = fill(client, event, clock)

    answers = [client.post(event.url, {}).status_code for _post in range(61)]

    assert answers == [303] * 60 + [429]
    clock.shift(120)
    assert client.post(event.url, data).status_code == 303


def test_a_draft_and_a_preview_register_nobody(client, clock, admin_user):
    event = make_event()
    data = fill(client, event, clock)
    event.unpublish()

    assert client.post(event.url, data).status_code == 404
    assert Registration.objects.count() == 0


def test_the_calendar_of_an_event_answers_304_to_who_has_it(client, clock):
    event = make_event(title="Rencontre", slug="rencontre", venue_name="La Machinerie")

    first = client.get("/agenda/rencontre/evenement.ics")
    again = client.get("/agenda/rencontre/evenement.ics", headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"LOCATION:La Machinerie\\, Amiens" in first.content
    assert f"UID:{event.calendar_uid}".encode() in first.content
    assert again.status_code == 304


def test_the_agenda_is_a_calendar_of_public_events_with_the_cancelled_ones(client, clock, member):
    make_agenda()
    make_event(title="Publique")
    make_event(title="Abandonnée", status="cancelled")
    make_event(title="Brouillon", live=False)
    make_event(title="Copie", starts_at=None)
    secret = make_event(title="Secrète")
    restriction = PageViewRestriction.objects.create(page=secret, restriction_type="groups")
    restriction.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    client.force_login(member)

    for visitor in (client, Client()):
        text = visitor.get("/agenda/calendrier.ics").content.decode()
        summaries = sorted(re.findall(r"SUMMARY:(.*)\r", text))
        assert summaries == ["Annulé : Abandonnée", "Publique"]
        assert text.count("STATUS:CANCELLED") == 1
    assert Client().get(f"/agenda/{secret.slug}/evenement.ics").status_code == 404
    assert client.get(f"/agenda/{secret.slug}/evenement.ics").status_code == 200


def test_the_structured_data_of_an_event_survive_a_hostile_title(client, clock):
    event = make_event(title="</script><script>alert(1)</script>", status="cancelled")

    html = client.get(event.url).content.decode()

    assert "<script>alert(1)" not in html
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html).group(1)
    read = next(one for one in json.loads(data) if one["@type"] == "Event")
    assert read["name"] == "</script><script>alert(1)</script>"
    assert read["startDate"] == "2026-06-11T12:00:00+02:00"
    assert read["eventStatus"] == "https://schema.org/EventCancelled"
