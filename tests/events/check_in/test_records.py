"""Presence follows from the entries, whatever their order and however often they are sent."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.check_in.records import (
    NotExpected,
    OtherEvent,
    SheetCount,
    Tap,
    record_check_in,
    record_sheet,
    undo_check_in,
)
from events.models import CheckIn, EventPage, Registration, Seat, Session
from events.models.attendance import Attendance, attendance_of
from events.registration import signup
from events.registration.erasure import erase
from events.registration.purge import Purge
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=8)
State = tuple[str, str, bool, datetime | None]
#: Kind and minute of an entry. Two of the same minute occur often.
ENTRIES = st.lists(st.tuples(st.sampled_from(CheckIn.Kind.values), st.integers(0, 5)), max_size=6)


def minute(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


def tap(at: datetime = NOW, **fields: Any) -> Tap:
    return Tap(**{"at": at, "source": CheckIn.Source.DOOR, "device": "téléphone A"} | fields)


def make_day() -> tuple[EventPage, Session, Session]:
    """Create an event with a morning of one place and an afternoon."""
    event = make_event(sessions=[make_session(capacity=1), make_session(title="Après-midi")])
    morning, afternoon = (event.sessions.get(title=one) for one in ("Matinée", "Après-midi"))
    return event, morning, afternoon


def come(person: Registration, session: Session, at: datetime = NOW, **fields: Any) -> Any:
    return record_check_in(registration=person, session=session, tap=tap(at, **fields), now=LATER)


def leave(person: Registration, session: Session, at: datetime = NOW, **fields: Any) -> None:
    undo_check_in(registration=person, session=session, tap=tap(at, **fields), now=LATER)


def states(person: Registration) -> list[State]:
    seats = person.seats.order_by("-session__title")
    return [(str(one.session), one.state, one.over_capacity, one.present_at) for one in seats]


def send(person: Registration, session: Session, entries: list[tuple[str, int, Any]]) -> None:
    for kind, at, uuid in entries:
        verb = come if kind == CheckIn.Kind.PRESENT else leave
        verb(person, session, minute(at), uuid=uuid)


@pytest.fixture
def day() -> tuple[EventPage, Session, Session]:
    return make_day()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), entries=ENTRIES, standing=st.sampled_from(["seated", "waiting", "neither"]))
def test_any_order_and_repetition_of_entries_gives_the_same_state(day, data, entries, standing):
    """desk 8, 9: telephones without network send late, in any order, several times."""
    event, morning, _afternoon = day
    marked = [(kind, at, uuid4()) for kind, at in entries]
    again = data.draw(st.lists(st.sampled_from(marked), max_size=3)) if marked else []
    found = []
    for sent in (
        sorted(marked, key=lambda one: one[1]),
        data.draw(st.permutations(marked + again)),
    ):
        with transaction.atomic():
            seats = [] if standing == "neither" else [morning]
            person = make_registration(event, *seats, waiting=standing == "waiting")
            send(person, morning, sent)
            found.append((states(person), person.check_ins.count()))
            transaction.set_rollback(True)

    assert found[0] == found[1]
    undone = max((at for kind, at, _ in marked if kind == CheckIn.Kind.UNDONE), default=-1)
    first = sorted(at for kind, at, _ in marked if kind == CheckIn.Kind.PRESENT and at > undone)
    assert [one[-1] for one in found[0][0] if one[-1]] == [minute(at) for at in first[:1]]


def test_two_telephones_tick_one_person():
    """desk 9, registration 61: one presence, the earlier time, told to the one that comes later."""
    event, morning, _ = make_day()
    person = make_registration(event, morning)

    later = come(person, morning, minute(30), device="téléphone B")
    earlier = come(person, morning, minute(22), device="téléphone A")
    told = come(person, morning, minute(40), device="téléphone B")

    assert (later.device, earlier.device, told) == ("téléphone B", "téléphone A", earlier)
    assert person.seats.get().present_at == minute(22)
    assert attendance_of(event) == Attendance(1, 0, is_recorded=True)


def test_a_waiting_person_who_comes_has_a_seat_and_loses_it_when_undone():
    event, morning, _ = make_day()
    make_registration(event, morning)
    person = make_registration(event, morning, waiting=True)
    rank = person.seats.get().since

    come(person, morning, minute(5))

    assert states(person) == [("Matinée", "confirmed", True, minute(5))]
    leave(person, morning, minute(6))
    assert states(person) == [("Matinée", "waiting", False, None)]
    assert person.seats.get().since == rank


def test_a_person_who_comes_to_another_session_has_a_seat_there():
    event, morning, afternoon = make_day()
    make_registration(event, morning)
    person = make_registration(event, afternoon)

    come(person, morning)

    assert states(person) == [
        ("Matinée", "confirmed", True, NOW),
        ("Après-midi", "confirmed", False, None),
    ]
    leave(person, morning, minute(1))
    assert states(person) == [("Après-midi", "confirmed", False, None)]


def test_a_cancelled_registration_and_another_events_session_are_refused():
    event, morning, _ = make_day()
    person, other = make_registration(event, morning), make_event(sessions=[make_session()])
    with pytest.raises(OtherEvent):
        come(person, other.sessions.get())
    signup.cancel(registration=person, by=None, now=NOW)

    with pytest.raises(NotExpected, match="annulée"):
        come(person, morning)

    assert not CheckIn.objects.exists()
    assert not Seat.objects.filter(present_at__isnull=False).exists()


def test_a_telephone_whose_clock_is_ahead_ticked_now():
    event, morning, _ = make_day()

    come(make_registration(event, morning), morning, LATER + timedelta(days=2))

    assert list(CheckIn.objects.values_list("at", "received_at")) == [(LATER, LATER)]


def test_a_sheet_says_who_was_absent_and_may_be_corrected():
    """registration 63: « tous sauf … », without a line for what is known already."""
    event, morning, afternoon = make_day()
    first, second, third = (make_registration(event, afternoon) for _ in range(3))
    make_registration(event, morning)
    make_registration(event, afternoon, waiting=True)
    come(first, afternoon, minute(1))

    sheet = tap(minute(60), source=CheckIn.Source.SHEET)
    everybody = [first.pk, second.pk, third.pk]
    reading = {"session": afternoon, "among": everybody, "now": LATER}
    said = record_sheet(absent=[second.pk], tap=sheet, **reading)
    again = record_sheet(absent=[second.pk], tap=sheet, **reading)

    assert said == again == SheetCount(present=2, absent=1)
    assert list(afternoon.seats.present().values_list("registration", "present_at")) == [
        (first.pk, minute(1)),
        (third.pk, minute(60)),
    ]
    assert CheckIn.objects.count() == 2
    corrected = tap(minute(70), source=CheckIn.Source.SHEET)
    record_sheet(absent=[first.pk], tap=corrected, **reading)
    present = afternoon.seats.present().order_by("pk")
    assert list(present.values_list("registration", flat=True)) == [second.pk, third.pk]


def test_those_with_a_seat_are_counted_until_somebody_is_checked_in():
    event, morning, afternoon = make_day()
    person = make_registration(event, morning, afternoon, organisation="Ville d’Arras")
    make_registration(event, afternoon, organisation="ville d'arras")

    assert attendance_of(event) == Attendance(2, 1)
    come(person, morning)
    come(person, afternoon)
    assert attendance_of(event) == Attendance(1, 1, is_recorded=True)
    assert list(Registration.objects.present()) == [person]


def test_those_who_came_stay_counted_when_their_data_is_erased():
    event, morning, afternoon = make_day()
    person, asks = make_registration(event, morning), make_registration(event, afternoon)
    come(person, morning)
    come(asks, afternoon)

    erase(registration=asks, by=None, now=NOW)
    Purge(NOW + timedelta(days=3000)).run()

    assert set(Registration.objects.values_list("name", "email")) == {("", "")}
    assert attendance_of(event) == Attendance(2, 0, is_recorded=True)


def test_a_check_in_asks_the_same_queries_whatever_the_number_of_people():
    event, _morning, afternoon = make_day()
    people = [make_registration(event, afternoon) for _ in range(30)]

    with CaptureQueriesContext(connection) as first:
        come(people[0], afternoon)
    for one in people[1:-1]:
        come(one, afternoon)
    with CaptureQueriesContext(connection) as last:
        come(people[-1], afternoon)

    assert len(last) == len(first)
