"""Registrations move the generation when what pages say of places changes, and only then."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from events.models import EventPage, Registration, Seat
from events.registration.answers import Answers
from events.registration.refusals import EventFull
from events.registration.signup import Application, cancel, register
from site_cms.shelf.generations import change
from tests.builders import make_event, make_registration


@pytest.fixture
def event(whole_site: Any, db: None) -> EventPage:
    starts_at = timezone.now() + timedelta(days=30)
    return make_event(slug="r", starts_at=starts_at, capacity=10, waiting_list=False)


def sign_up(event: EventPage, number: int) -> Registration:
    answers = Answers(f"Personne {number}", f"p{number}@example.org")
    application = Application(answers)
    now, nobody = timezone.now(), AnonymousUser()
    return register(event=event, application=application, by=nobody, now=now).registration


def test_ten_places_make_seven_moves_at_most(event, moves, ask):
    """cache 9, T9: the first registration makes the session, then each of the last five places is told."""
    moved = [moves(lambda number=number: sign_up(event, number)) for number in range(10)]

    assert moved == [1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    assert "Toutes les places sont prises" in ask("/agenda/r/").text
    with pytest.raises(EventFull):
        sign_up(event, 11)


def test_each_of_the_last_places_shows_at_the_next_request(event, ask, commit):
    """cache 9."""
    for number in range(5):
        sign_up(event, number)
    commit()
    assert "5\u00a0places" in ask("/").text

    sign_up(event, 5)
    commit()

    assert "4\u00a0places" in ask("/").text


def test_a_place_that_is_given_back_is_told(event, moves, ask):
    people = [sign_up(event, number) for number in range(10)]

    def give_back() -> None:
        cancel(registration=people[0], by=None, now=timezone.now())

    assert moves(give_back) == 1
    assert "1\u00a0place" in ask("/").text


def test_an_event_without_a_limit_is_never_told_of(event, moves):
    EventPage.objects.update(capacity=None)
    event = EventPage.objects.get(slug="r")
    sign_up(event, 0)

    assert [moves(lambda number=number: sign_up(event, number)) for number in range(1, 4)] == [
        0
    ] * 3


def test_seats_written_without_the_lock_of_their_event_are_told(event, moves):
    """Code that forgets the lock renews pages too often, and never leaves an old one."""
    registration = make_registration(
        event, event.sessions.model.objects.create(event=event, hidden=True)
    )

    def write(sql: str) -> Callable[[], Any]:
        return lambda: connection.cursor().execute(sql)

    assert moves(lambda: Seat.objects.update(state="waiting")) == 1
    assert (
        moves(lambda: Registration.objects.filter(pk=registration.pk).update(state="active")) == 1
    )
    assert moves(write("DELETE FROM events_seat")) == 1


def test_no_page_says_how_many_places_are_left_before_the_last_ones(event, ask):
    """Else each registration would renew all pages."""
    shown = ("/", "/agenda/", "/agenda/r/", "/agenda/calendrier.ics")
    sign_up(event, 0)
    change()
    before = [ask(address).body for address in shown]

    sign_up(event, 1)
    change()

    assert [ask(address).body for address in shown] == before
