"""A town hall registers many people with its address: nobody's confirmation is dropped, and its mailbox is not flooded."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from events.models import EventPage, Question, Registration
from events.registration import emails
from events.registration.answers import Answers
from events.registration.confirmations import tell_together
from events.registration.signup import Application, cancel, register
from home.batches import SomeFailed
from tests.builders import NOW, make_event, make_registration, make_session
from tests.events.visitor import fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TOWN_HALL = "mairie@exemple.fr"
HOUR = timedelta(hours=1)


def register_people(event: EventPage, *numbers: int, now: Any = NOW) -> None:
    for number in numbers:
        application = Application(Answers(f"Personne {number}", TOWN_HALL))
        register(event=event, application=application, by=AnonymousUser(), now=now)


def kinds(rows: list[Any]) -> list[str]:
    return [row.kind for row in rows]


def test_the_first_ten_of_a_day_are_confirmed_at_once_and_the_next_ones_together(outbox, sent):
    """registration 24."""
    event = make_event(capacity=12)

    register_people(event, *range(13))
    at_once = kinds(outbox())
    tell_together(NOW + HOUR)

    assert Registration.objects.count() == 13
    assert at_once == ["inscription confirmée"] * 10
    assert kinds(outbox())[10:] == ["inscriptions confirmées ensemble"]
    together = sent[-1]
    assert together.to == [TOWN_HALL]
    assert together.subject.startswith("3\u00a0inscriptions avec votre adresse")
    for number, place in ((10, "Place confirmée"), (11, "Place confirmée"), (12, "Complet")):
        person = Registration.objects.get(name=f"Personne {number}")
        told = together.body.partition(f"Personne {number}\n")[2]
        assert told.startswith(place)
        assert person.link in told.partition("\n\n")[0]
    assert outbox()[-1].text == ""  # it has personal links


def test_an_address_gets_one_such_message_an_hour_and_everybody_is_told(outbox, sent):
    """registration 24."""
    event = make_event()
    register_people(event, *range(11))
    tell_together(NOW)
    register_people(event, 11, 12)

    for minutes in (0, 15, 30, 45):
        tell_together(NOW + timedelta(minutes=minutes))
    before = len(sent)
    tell_together(NOW + HOUR)
    tell_together(NOW + HOUR)

    assert (before, len(sent)) == (11, 12)
    assert [f"Personne {number}\n" in sent[-1].body for number in (10, 11, 12)] == [
        False,
        True,
        True,
    ]
    assert not Registration.objects.to_tell_together().exists()


def test_ten_are_counted_by_event_and_by_day(outbox):
    event, other = make_event(), make_event()
    register_people(event, *range(10))

    register_people(other, 10)
    register_people(event, 11, now=NOW + timedelta(days=1))

    assert kinds(outbox()) == ["inscription confirmée"] * 12


def test_who_cancelled_or_was_erased_is_not_told(outbox, sent):
    event = make_event()
    register_people(event, *range(12))
    cancel(registration=Registration.objects.get(name="Personne 10"), by=None, now=NOW)

    tell_together(NOW + HOUR)

    assert "Personne 10" not in sent[-1].body
    assert "Personne 11" in sent[-1].body


def test_nothing_is_told_of_a_cancelled_event(outbox):
    event = make_event()
    register_people(event, *range(11))
    EventPage.objects.filter(pk=event.pk).update(status="cancelled")

    tell_together(NOW + HOUR)

    assert kinds(outbox()) == ["inscription confirmée"] * 10


def test_a_failing_event_does_not_keep_the_others_from_being_told(broken, outbox):
    """And the failed one is told at the next turn."""
    bad, good = make_event(title="Mauvais"), make_event(title="Bon")
    for event in (bad, good):
        register_people(event, *range(11))
    broken(emails, "registered_together", lambda event, *_rest: event.title == "Mauvais")

    with pytest.raises(SomeFailed):
        tell_together(NOW + HOUR)

    assert kinds(outbox())[20:] == ["inscriptions confirmées ensemble"]
    assert [one.event_id for one in Registration.objects.to_tell_together()] == [bad.pk]


def test_thirty_people_of_one_address_are_registered_in_one_minute(client, clock, outbox):
    """registration 24: no limit for each recipient refuses them."""
    event = make_event()
    data = fill(client, event, clock, email=TOWN_HALL)

    answers = [
        client.post(event.url, data | {"name": f"Personne {number}"}).status_code
        for number in range(30)
    ]

    assert answers == [303] * 30
    assert event.registrations.count() == 30


# Sent again


def ask(event: EventPage, *, sessions: Any = (), key: Any = None, now: Any = NOW) -> None:
    application = Application(Answers("Élise Exemple", "elise@exemple.fr"), sessions, key)
    register(event=event, application=application, by=AnonymousUser(), now=now)


def test_a_form_sent_again_with_other_sessions_is_told_how_to_change_the_choice(sent):
    event = make_event(sessions=[make_session(), make_session(title="Soir")])
    morning, evening = (session.uuid for session in event.sessions.all())
    ask(event, sessions=[morning])
    own_page = Registration.objects.get().link

    ask(event, sessions=[evening])
    ask(event, sessions=[morning], now=NOW + timedelta(minutes=15))

    other, same = sent[1:]
    assert "Cette fois, vous avez demandé\u00a0: Soir, le jeudi 11 juin 2026, à 12h." in other.body
    assert f"Changer mon choix\u00a0: http://localhost:8000{own_page}modifier/" in other.body
    assert "modifier/" not in same.body
    assert f"http://localhost:8000{own_page}" in same.body
    assert [seat.session.title for seat in Registration.objects.get().seats.all()] == ["Matinée"]


def test_a_message_about_a_form_sent_again_leaves_once_in_any_quarter_of_an_hour(outbox):
    """registration 24: also across the quarters of the clock."""
    event = make_event()
    ask(event)

    for minutes in (14, 16, 28, 29, 43, 44):
        ask(event, now=NOW + timedelta(minutes=minutes))

    assert kinds(outbox())[1:] == ["déjà inscrit·e"] * 3  # at 14, 29 and 44 minutes


def test_the_confirmation_repeats_the_answers_and_the_hours(sent):
    """K25, 61. Answers that are soon erased and documents are only on the personal page."""
    event = make_event(sessions=[make_session()])
    asked = {
        kind: Question.objects.create(event=event, label=f"Question {kind}", field_type=kind)
        for kind in ("singleline", "file", "radio")
    }
    said = {
        str(one.uuid): {
            "label": one.label,
            "retention": "short" if kind == "radio" else "normal",
            "value": f"<réponse> {kind}",
        }
        for kind, one in asked.items()
    }
    registration = make_registration(event, event.sessions.get(), answers=said)

    emails.registration_confirmed(registration)

    [message] = sent
    html = message.alternatives[0][0]
    assert "- Question singleline\u00a0: <réponse> singleline" in message.body
    assert "<dd>&lt;réponse&gt; singleline</dd>" in html
    assert "Matinée, le jeudi 11 juin 2026" in message.body
    for body in (message.body, html):
        assert "réponse> file" not in body
        assert "radio" not in body
        assert "sont sur votre page d’inscription" in body
