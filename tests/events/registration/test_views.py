import json
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from events.models import Question, Registration, Session
from home.models import Subscriber
from tests.builders import (
    NOW,
    make_event,
    make_hidden_session,
    make_member,
    make_members_page,
    make_organisation,
    make_registration,
    make_session,
)
from tests.events.visitor import fill, section_of

pytestmark = pytest.mark.django_db


def test_a_visitor_registers_and_can_reload_the_thanks_page(client, clock, outbox):
    """registration 11, registration 71."""
    event = make_event()

    response = client.post(event.url, fill(client, event, clock))

    assert response.status_code == 303
    assert response["Location"] == f"{event.url}?inscription=recue#inscription"
    for _load in range(2):
        thanks = client.get(response["Location"])
        assert "Votre inscription est enregistrée" in section_of(thanks)
        assert "elise@exemple.fr" in section_of(thanks)
        assert "no-store" in thanks["Cache-Control"]
        assert thanks["Referrer-Policy"] == "no-referrer"
    assert [(one.name, one.email) for one in Registration.objects.all()] == [
        ("Élise Exemple", "elise@exemple.fr")
    ]
    assert [row.kind for row in outbox()] == ["inscription confirmée"]


def test_a_visitor_who_refuses_cookies_is_told_that_the_form_has_arrived(client, clock, outbox):
    """cache 3: nothing of the session is kept, neither the thanks."""
    event = make_event()

    response = client.post(event.url, fill(client, event, clock))
    client.cookies.clear()
    back = client.get(response["Location"])

    assert "il est bien arrivé" in section_of(back)
    assert "il est bien arrivé" not in section_of(client.get(event.url))
    assert [row.kind for row in outbox()] == ["inscription confirmée"]


def test_a_registered_address_gets_the_same_answer_as_a_new_one(client, clock, outbox):
    """registration 13."""
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
    """registration 12."""
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


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_a_name_with_markup_is_shown_as_text_everywhere(client, clock, outbox):
    """registration 19."""
    event = make_event()

    response = client.post(event.url, fill(client, event, clock, name="<b>É</b> 🦉"))

    assert "<b>É</b>" not in client.get(response["Location"]).content.decode()
    assert Registration.objects.get().name == "<b>É</b> 🦉"
    assert "<b>É</b>" not in outbox()[0].html


def test_a_person_who_filled_the_trap_ticks_a_box_and_loses_nothing(client, clock, outbox):
    """registration 23."""
    event = make_event()
    data = fill(client, event, clock, organisation="La Halle", sujet_libre="Buy now")

    asked = client.post(event.url, data)
    written = (Registration.objects.count(), outbox())
    ticked = client.post(event.url, data | {"pas_un_robot": "on"})

    assert asked.status_code == 200
    assert "Je ne suis pas un robot" in section_of(asked)
    assert 'value="La Halle"' in asked.content.decode()
    assert written == (0, [])
    assert (ticked.status_code, Registration.objects.count()) == (303, 1)


def test_a_member_who_is_quick_is_registered(client, clock, member, outbox):
    """The form is filled in already: one tap is enough, and takes no time."""
    event = make_event()
    client.force_login(member)

    response = client.post(event.url, fill(client, event, clock))

    assert response.status_code == 303
    assert event.registrations.count() == 1


def test_an_empty_form_is_never_thanked(client, clock, outbox):
    event = make_event()

    response = client.post(event.url, {})

    assert response.status_code == 200
    assert "Écrivez votre prénom et votre nom." in section_of(response)


def test_a_rate_limited_visitor_reads_why_and_loses_nothing(client, clock, settings):
    """registration 24."""
    event = make_event()
    data = fill(client, event, clock)

    answers = [client.post(event.url, {}).status_code for _post in range(61)]

    assert answers == [200] * 60 + [429]
    clock.shift(120)
    assert client.post(event.url, data).status_code == 303


def test_an_expired_form_comes_back_with_its_answers_and_can_be_sent_again(clock, outbox):
    """registration 25."""
    event = make_event()
    client = Client(enforce_csrf_checks=True)
    data = fill(client, event, clock, name="Camille « l’ingénieure »")
    client.cookies.clear()

    expired = client.post(event.url, data)
    written = (Registration.objects.count(), outbox())
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', expired.content.decode())
    again = client.post(event.url, data | {"csrfmiddlewaretoken": token[1]})

    assert expired.status_code == 403
    assert "resté ouvert trop longtemps" in section_of(expired)
    assert 'value="Camille « l’ingénieure »"' in expired.content.decode()
    assert "no-store" in expired["Cache-Control"]
    assert written == (0, [])
    assert again.status_code == 303
    assert Registration.objects.get().name == "Camille « l’ingénieure »"


def test_an_expired_form_of_a_private_page_shows_nothing_of_it(clock, outbox):
    """registration 7 and 25: the log-in comes first, and what was typed is kept for after it."""
    event = make_event(title="Secret de polichinelle")
    data = fill(Client(), event, clock)
    PageViewRestriction.objects.create(page=event, restriction_type="login")

    refused = Client(enforce_csrf_checks=True).post(event.url, data)

    assert (refused.status_code, refused["Location"]) == (
        302,
        f"/compte/connexion/?next={event.url}",
    )
    assert "polichinelle" not in refused.content.decode()


def test_typed_answers_are_kept_until_the_login(client, member, clock):
    """registration 29: a session that expired while the form was being filled in."""
    event = make_event(registration_audience="members")
    client.force_login(member)
    data = fill(client, event, clock, organisation="Commune de Val-sur-Lys")
    client.logout()

    refused = client.post(event.url, data)
    client.force_login(member)
    back = client.get(event.url)
    sent = client.post(event.url, data)
    after = client.get(event.url)

    assert refused.status_code == 403
    assert f'?next={quote(event.url, safe="")}%23inscription"' in refused.content.decode()
    assert "Vos réponses sont gardées" in section_of(back)
    assert 'value="Commune de Val-sur-Lys"' in back.content.decode()
    assert sent.status_code == 303
    assert "Vos réponses sont gardées" not in section_of(after)


def test_typed_answers_are_kept_for_half_an_hour_and_for_one_event(client, member, clock):
    event, other = make_event(registration_audience="members"), make_event(slug="autre")
    client.force_login(member)
    data = fill(client, event, clock, organisation="Commune de Val-sur-Lys")
    client.logout()
    client.post(event.url, data)
    client.force_login(member)

    elsewhere = client.get(other.url).content.decode()
    clock.shift(31 * 60)
    late = client.get(event.url).content.decode()

    assert "Val-sur-Lys" not in elsewhere
    assert "Val-sur-Lys" not in late


def test_registering_subscribes_to_nothing_and_asks_consent_separately(client, clock):
    """registration 68."""
    event = make_event()
    event.questions = [
        Question(label="J’accepte d’être en photo", field_type="checkbox", required=False)
    ]
    event.save()
    question = event.questions.get()
    html = client.get(event.url).content.decode()

    response = client.post(event.url, fill(client, event, clock))

    [box] = re.findall(rf'<input[^>]*name="{question.field_name}"[^>]*>', html)
    assert "checked" not in box
    assert "required" not in box
    assert response.status_code == 303
    [consent] = Registration.objects.get().answers.values()
    assert consent["value"] is False
    assert not Subscriber.objects.exists()


# Thanks


def registered_for_morning_and_evening(client, clock, **answers):
    """Register to two sessions, of which the second is full, and return the event and the thanks' address."""
    event = make_event(
        starts_at=NOW.replace(day=11),
        announced_end=NOW.replace(day=11, hour=20),
        sessions=[
            make_session(
                starts_at=NOW.replace(day=11, hour=7, minute=30), ends_at=NOW.replace(day=11)
            ),
            make_session(title="Soirée", starts_at=NOW.replace(day=11, hour=18), capacity=1),
        ],
    )
    make_registration(event, event.sessions.get(title="Soirée"))
    sessions = [str(session.uuid) for session in event.sessions.all()]
    data = fill(client, event, clock, sessions=sessions, **answers)
    return event, client.post(event.url, data)["Location"]


def test_the_thanks_say_what_was_asked_and_are_the_same_when_it_is_asked_again(client, clock):
    """registration 11 and 13."""
    event, thanks = registered_for_morning_and_evening(client, clock)
    first = section_of(client.get(thanks))
    other = Client()
    sessions = [str(session.uuid) for session in event.sessions.all()]
    again = fill(other, event, clock, sessions=sessions, name="EXEMPLE  Elise")
    second = section_of(other.get(other.post(event.url, again)["Location"]))

    assert (
        "Votre inscription est enregistrée. Vous avez demandé : "
        "Matinée, le jeudi 11 juin 2026, de 9h30 à 12h : une place "
        "Soirée, le jeudi 11 juin 2026, à 20h : liste d’attente, car c’est complet "
        "Le message envoyé à elise@exemple.fr dit vos places et permet de les changer."
    ) in first
    assert second == first.replace("Élise Exemple", "EXEMPLE Elise")


def test_thanks_for_an_event_without_sessions_say_place_or_waiting_list(client, clock):
    event = make_event(capacity=1)
    said = [
        section_of(client.get(client.post(event.url, data)["Location"]))
        for data in (
            fill(client, event, clock),
            fill(client, event, clock, name="Paul Exemple"),
        )
    ]

    assert "Vous avez demandé : une place , le jeudi 11 juin 2026" in said[0]
    assert "Vous avez demandé : la liste d’attente, car c’est complet" in said[1]


def test_the_thanks_give_the_file_of_the_person(client, clock):
    """K11: the UID of the e-mail's file, so that no calendar has the event twice; the same when it is sent again."""
    event = make_event(online_url="https://visio.exemple.fr/salle", mode="hybrid")
    thanks = client.post(event.url, fill(client, event, clock))["Location"]
    [registration] = Registration.objects.all()

    address = re.search(r'href="([^"]*\.ics)">Ajouter', client.get(thanks).content.decode())[1]
    file = client.get(address)
    again = Client()
    clock.shift(3600)
    again.post(event.url, fill(again, event, clock))
    same = again.get(address)

    for answer in (file, same):
        assert f"UID:{registration.calendar_uid}" in answer.content.decode()
        assert "salle" not in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
    assert client.get(address).status_code == 404  # half an hour later
    assert Client().get(address).status_code == 404


def test_name_and_address_are_shown_for_half_an_hour_at_most(client, clock):
    _event, thanks = registered_for_morning_and_evening(client, clock, organisation="La Halle")
    another = thanks.replace("recue", "autre")

    clock.shift(30 * 60 - 1)
    before = client.get(thanks).content.decode() + client.get(another).content.decode()
    clock.shift(1)
    after = client.get(another).content.decode() + client.get(thanks).content.decode()

    for word in ("Élise Exemple", "elise@exemple.fr", "La Halle"):
        assert word in before
        assert word not in after
    assert "elise" not in str(dict(client.session))


def test_the_form_for_somebody_else_keeps_address_and_organisation(client, clock):
    event, thanks = registered_for_morning_and_evening(client, clock, organisation="La Halle")
    another = f"{event.url}?inscription=autre#inscription"

    link = f'href="{another}">Inscrire une autre personne'
    assert link in client.get(thanks).content.decode()
    page = client.get(another)
    shown = page.context["section"].form
    stranger = Client().get(another).context["section"].form

    assert {name: shown[name].value() for name in ("name", "email", "organisation")} == {
        "name": "",
        "email": "elise@exemple.fr",
        "organisation": "La Halle",
    }
    assert "no-store" in page["Cache-Control"]
    assert (stranger["email"].value(), stranger["organisation"].value()) == (None, None)


# Members


@pytest.fixture
def dominique(client, clock):
    make_members_page()
    organisation = make_organisation("Commune de Val-sur-Lys")
    found = make_member(
        first_name="Dominique",
        last_name="Durand",
        email="dominique@exemple.fr",
        organisation=organisation,
    )
    client.force_login(found.user)
    return found


def test_a_members_form_has_name_address_and_organisation(client, dominique, clock):
    """registration 29."""
    event = make_event()

    form = client.get(event.url).context["section"].form
    client.post(event.url, fill(client, event, clock, name=form["name"].value(), email="d@x.fr"))

    assert {name: form[name].value() for name in ("name", "email", "organisation")} == {
        "name": "Dominique Durand",
        "email": "dominique@exemple.fr",
        "organisation": "Commune de Val-sur-Lys",
    }
    assert Registration.objects.get().organisation == "Commune de Val-sur-Lys"


@pytest.mark.parametrize("logged_in_then", [True, False])
def test_a_registered_member_reads_their_place_instead_of_an_empty_form(
    client, dominique, logged_in_then
):
    event = make_event(capacity=1)
    owner = dominique.user if logged_in_then else None
    name = "DURAND Dominique"
    hidden = make_hidden_session(event)
    mine = make_registration(event, hidden, name=name, email="dominique@exemple.fr", user=owner)

    page = client.get(event.url)
    html, said = page.content.decode(), section_of(page)
    stranger = Client().get(event.url).content.decode()

    assert "Vous êtes inscrit·e : place confirmée · Voir, modifier ou annuler" in said
    assert f'href="{mine.link}"' in html
    assert re.findall(r">S’inscrire[^<]*</(?:a|button)>", html.partition("<footer")[0]) == [
        ">S’inscrire à la lettre</a>"
    ]
    assert '<a class="button button-ink" href="#inscription">Votre inscription</a>' in html
    assert "C’est complet" not in said
    assert '<details class="stack">' in html
    assert "Inscrire une autre personne" in html.partition('<form class="form"')[0]
    assert page.context["section"].form["name"].value() == ""
    assert "Vous êtes inscrit·e" not in stranger
    assert mine.link not in stranger


def test_a_member_who_waits_reads_their_position_and_may_register_somebody_else(
    client, dominique, clock
):
    event = make_event(capacity=1)
    hidden = make_hidden_session(event)
    make_registration(event, hidden)
    make_registration(event, hidden, waiting=True, user=dominique.user, name="Dominique Durand")

    said = section_of(client.get(event.url))
    another = client.get(f"{event.url}?inscription=autre")
    form = another.context["section"].form

    assert "Vous êtes sur la liste d’attente : n° 1" in said
    assert "Inscrire une autre personne" in said
    assert (form["name"].value(), form["organisation"].value()) == ("", "Commune de Val-sur-Lys")
    data = fill(client, event, clock, name="Paul Petit", email="p@exemple.fr")
    assert client.post(event.url, data).status_code == 303
    assert Registration.objects.get(name="Paul Petit").user is None


def test_the_poster_of_the_home_page_leads_a_registered_member_to_their_registration(
    client, dominique
):
    event = make_event()
    before = client.get("/").content.decode()
    make_registration(event, make_hidden_session(event), user=dominique.user)

    after = client.get("/").content.decode()

    assert f'href="{event.url}#inscription">S’inscrire</a>' in before
    assert f'href="{event.url}#inscription">Votre inscription</a>' in after
    assert f'href="{event.url}#inscription">S’inscrire</a>' in Client().get("/").content.decode()


def test_a_colleague_at_the_same_address_is_not_taken_for_the_member(client, dominique):
    event = make_event()
    make_registration(
        event, make_hidden_session(event), name="Paul Petit", email="dominique@exemple.fr"
    )

    said = section_of(client.get(event.url))

    assert "Paul" not in said
    assert "Vous êtes" not in said


@pytest.mark.parametrize(
    ("fields", "calls"),
    [
        ({}, ["S’inscrire"]),
        ({"registration_audience": "members"}, ["Se connecter pour s’inscrire"]),
        ({"starts_at": NOW - timedelta(days=3)}, []),
        ({"status": "cancelled"}, []),
    ],
)
def test_calls_to_register_go_with_the_form(client, clock, fields, calls):
    """K12: nothing asks to register where there is no form to fill in."""
    call = {"label": "<p>Je m’inscris au forum</p>", "target": "registration"}
    body = json.dumps([{"type": "call_to_action", "value": call}])
    event = make_event(body=body, **fields)

    html = client.get(event.url).text

    said = re.findall(r'<a class="button[^"]*" href="#inscription">([^<]+)</a>', html)
    assert sorted(set(said)) == calls
    assert ('<a href="#inscription">Je m’inscris au forum</a>' in html) == bool(calls)
    assert ("(inscriptions fermées)" in html) != bool(calls)
