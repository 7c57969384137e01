"""People who registered before an event had sessions: the first sessions that are published take nothing from them."""

import pytest
from django.contrib.auth.models import AnonymousUser

from events.agenda.availability import places_of
from events.check_in.records import Tap, record_check_in, undo_check_in
from events.models import EventPage, Registration, Seat, Session
from events.models.enums import CheckInSource
from events.registration.answers import Answers
from events.registration.signup import Application, Receipt, register
from events.registration.waiting_list import fill_waiting_lists
from events.sheets.numbers import expected_in
from tests.builders import NOW, make_event, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]


def arrive(event: EventPage, name: str, *sessions: Session) -> Receipt:
    application = Application(
        Answers(name, "mairie@exemple.fr"), [session.uuid for session in sessions]
    )
    return register(event=event, application=application, by=AnonymousUser(), now=NOW)


def publish_sessions(event: EventPage, *sessions: Session) -> EventPage:
    draft = EventPage.objects.get(pk=event.pk)
    draft.sessions = sessions
    draft.save_revision().publish()
    return EventPage.objects.get(pk=event.pk)


def seats_of(name: str) -> list[tuple[str, str]]:
    seats = Seat.objects.filter(registration__name=name).order_by("session__sort_order", "pk")
    return [(str(seat.session), seat.state) for seat in seats]


def test_the_first_sessions_seat_who_registered_before_and_are_not_sold_twice():
    event = make_event(capacity=2)
    for name in ("Marie", "Paul", "Aïcha"):
        arrive(event, name)

    event = publish_sessions(event, make_session(title="Matin"), make_session(title="Soir"))

    morning, evening = event.sessions.all()
    places = places_of(event, Session.objects.of([event]))
    assert seats_of("Marie") == [("Matin", "confirmed"), ("Soir", "confirmed")]
    assert seats_of("Aïcha") == [("Matin", "waiting"), ("Soir", "waiting")]
    assert [(one.taken, one.queued) for one in places] == [(2, 1), (2, 1)]
    assert [one.name for one in expected_in(evening)] == ["Marie", "Paul"]
    assert arrive(event, "Zoé", morning).waiting == [morning]
    last = Registration.objects.get(name="Marie").log.last()
    assert last is not None
    assert last.in_words == "modification\u00a0: Matin, Soir"


def test_a_session_that_comes_later_is_not_given_to_those_who_have_chosen():
    event = publish_sessions(make_event(), make_session(title="Matin"))
    arrive(event, "Marie")

    publish_sessions(event, *event.sessions.all(), make_session(title="Soir"))

    assert seats_of("Marie") == [("Matin", "confirmed")]


def test_a_change_of_structure_keeps_the_place_of_the_only_session(client):
    """The own form names no session where there is one: it took the place of before away."""
    event = make_event(capacity=1)
    arrive(event, "Marie")
    event = publish_sessions(event, make_session(title="Matin"))
    arrive(event, "Zoé", *event.sessions.all())
    marie = Registration.objects.get(name="Marie")

    done = client.post(f"{marie.link}modifier/", {"name": "Marie", "organisation": "Mairie"})

    assert done.headers["Location"].endswith("modifiee")
    assert seats_of("Marie") == [("Matin", "confirmed")]


def test_places_of_the_whole_event_count_until_they_are_given():
    """Between the publication and the seats, nobody takes them."""
    event = make_event(capacity=1)
    arrive(event, "Marie")
    Session.objects.create(event=event, title="Matin", starts_at=event.starts_at)

    [morning] = event.sessions.all()

    assert arrive(event, "Zoé", morning).waiting == [morning]


def test_the_clock_seats_those_that_a_publication_left():
    event = make_event()
    arrive(event, "Marie")
    Session.objects.create(event=event, title="Matin", starts_at=event.starts_at)

    fill_waiting_lists(NOW)

    assert seats_of("Marie") == [("Matin", "confirmed")]


def test_a_presence_at_the_whole_event_stays_where_it_was_noted():
    event = make_event()
    for name in ("Marie", "Paul"):
        arrive(event, name)
    whole = Session.objects.get(event=event)
    marie, paul = Registration.objects.order_by("name")
    tap = Tap(NOW, CheckInSource.LIST)
    record_check_in(registration=marie, session=whole, tap=tap, now=NOW)
    undo_check_in(registration=marie, session=whole, tap=Tap(NOW, CheckInSource.LIST), now=NOW)

    publish_sessions(event, make_session(title="Matin"))

    assert seats_of("Marie") == [("Événement entier", "confirmed")]
    assert seats_of("Paul") == [("Matin", "confirmed")]
    assert paul.seats.count() == 1
