import pytest
import time_machine
from django.test import RequestFactory

from events.agenda.availability import ACCEPTING, Availability, availability_by_date
from events.agenda.labels import STATES, when_within
from events.models import EventPage
from events.registration import emails
from events.registration.refusals import REFUSALS
from tests.builders import NOW, make_agenda, make_event, make_registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("send", [emails.registration_confirmed, emails.registration_cancelled])
@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_a_date_inside_a_subject_has_no_capital(outbox, send):
    registration = make_registration(make_event(title="Forum"))

    send(registration)

    [message] = outbox()
    assert message.subject.endswith(" : Forum, le jeudi 11 juin 2026, de 12h à 14h")
    assert "\nLe jeudi 11 juin 2026, de 12h à 14h" in message.text


def test_an_unknown_date_has_no_capital_inside_a_sentence():
    assert when_within(EventPage(title="Forum")) == "date à venir"


def test_every_availability_has_its_label_and_every_refusal_its_sentence():
    assert list(STATES) == list(Availability)
    assert set(REFUSALS) == set(Availability) - set(ACCEPTING)


def test_an_event_without_a_date_is_not_postponed():
    draft = EventPage(title="Forum")

    assert availability_by_date(draft, NOW) is Availability.UNDATED
    draft.status = EventPage.Status.POSTPONED
    assert availability_by_date(draft, NOW) is Availability.POSTPONED


def test_the_preview_of_a_new_event_says_that_its_date_is_unknown():
    draft = EventPage(title="Forum", slug="forum")
    make_agenda().add_child(instance=draft)

    html = draft.make_preview_request(original_request=RequestFactory().get("/")).rendered_content

    assert "eporté" not in html
    assert "Date à venir" in html
    assert "La date n’est pas encore annoncée : les inscriptions ne sont pas ouvertes." in html
