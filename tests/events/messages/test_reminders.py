from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command

from events.messages import emails, reminders
from events.models import EventPage, reminder_timetable
from events.models.reminder_timetable import Reminder
from home.batches import SomeFailed
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = pytest.mark.django_db

#: The event in these tests is on 11 June 2026 at 12:00 in Paris (UTC+2).
STARTS_AT = NOW + timedelta(days=10)
EVE = datetime(2026, 6, 10, 7, tzinfo=UTC)
WEEK_BEFORE = datetime(2026, 6, 4, 7, tzinfo=UTC)
DAY_AFTER = datetime(2026, 6, 12, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def make_joined(*, state: str = "confirmed", event: EventPage | None = None, **fields: Any) -> Any:
    """Register a person to the event's only session."""
    event = event or make_event(sessions=[make_session()])
    registration = make_registration(event, *event.sessions.all(), **fields)
    registration.seats.update(state=state)
    return registration


def kinds_at(outbox: Any, *moments: datetime) -> list[str]:
    for at in moments:
        with time_machine.travel(at, tick=False):
            reminders.remind(at)
    return [row.kind for row in outbox()]


@pytest.mark.parametrize(
    ("moment", "kind", "subject"),
    [
        (
            WEEK_BEFORE,
            "rappel, une semaine avant",
            "Dans une semaine\u00a0: Rencontre, le jeudi 11 juin 2026, de 12h à 14h",
        ),
        (
            EVE,
            "rappel, la veille",
            "Demain\u00a0: Rencontre, le jeudi 11 juin 2026, de 12h à 14h",
        ),
        (DAY_AFTER, "remerciement", "Merci\u00a0: Rencontre"),
    ],
)
@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_a_message_is_sent_once_at_its_hour(outbox, moment, kind, subject):
    """registration 36: the command runs three times, one mail each."""
    registration = make_joined()

    assert kinds_at(outbox, moment - MINUTE) == []
    assert kinds_at(outbox, moment, moment + MINUTE, moment + timedelta(hours=3)) == [kind]
    [row] = outbox()
    assert (row.recipient, row.subject.replace("\u202f", "")) == (registration.email, subject)
    assert len(row.attachments) == (0 if kind == "remerciement" else 1)


def test_the_three_messages_of_an_event(outbox):
    make_joined()

    moments = [WEEK_BEFORE + timedelta(minutes=15 * quarter) for quarter in range(4 * 24 * 11)]

    assert kinds_at(outbox, *moments[::12]) == [
        "rappel, une semaine avant",
        "rappel, la veille",
        "remerciement",
    ]


@pytest.mark.parametrize("moment", [WEEK_BEFORE, EVE, DAY_AFTER])
@pytest.mark.parametrize(
    "event",
    [
        {"status": "cancelled"},
        {"status": "postponed"},
        {"reminders": False, "thanks": False},
    ],
)
def test_nobody_is_reminded_of_a_cancelled_or_postponed_event(outbox, moment, event):
    """registration 35."""
    make_joined(event=make_event(sessions=[make_session()], **event))

    assert kinds_at(outbox, moment) == []


def test_people_are_reminded_although_the_page_is_offline(outbox):
    """The event takes place unless it is cancelled."""
    make_joined(event=make_event(sessions=[make_session()], live=False))

    assert len(kinds_at(outbox, EVE)) == 1


@pytest.mark.parametrize("moment", [WEEK_BEFORE, EVE, DAY_AFTER])
def test_only_confirmed_people_are_reminded(outbox, moment):
    """registration 36: confirmed people only."""
    event = make_event(sessions=[make_session()])
    make_joined(event=event, state="waiting")
    gone = make_joined(event=event)
    event.registrations.filter(pk=gone.pk).update(state="cancelled", cancelled_at=NOW)

    assert kinds_at(outbox, moment) == []


def test_a_person_who_has_just_registered_is_not_reminded(outbox):
    """registration 36: registered within the last 24 hours."""
    make_joined().seats.update(since=EVE - timedelta(hours=23))

    assert kinds_at(outbox, EVE, EVE + timedelta(hours=20)) == []


def test_the_reminder_keeps_its_local_hour_across_a_clock_change(outbox):
    """registration 37: event on 30 March 2026, reminder at 9:00 local time on the 29th, the day clocks change."""
    make_joined(
        event=make_event(
            starts_at=datetime(2026, 3, 30, 7, 30, tzinfo=UTC),
            sessions=[make_session(starts_at=datetime(2026, 3, 30, 7, 30, tzinfo=UTC))],
        ),
    ).seats.update(since=datetime(2026, 1, 1, tzinfo=UTC))
    nine = datetime(2026, 3, 29, 7, tzinfo=UTC)
    nights = [datetime(2026, 3, 28, 23, tzinfo=UTC) + timedelta(minutes=15 * n) for n in range(32)]

    assert kinds_at(outbox, *[at for at in nights if at < nine]) == []
    assert kinds_at(outbox, nine, nine + timedelta(hours=1)) == ["rappel, la veille"]
    # A week before, in winter time, 9:00 in Paris was an hour later in UTC.
    event, week_before = EventPage.objects.get(), datetime(2026, 3, 23, 8, tzinfo=UTC)
    assert len(reminders.due_messages(event, week_before)) == 1
    assert reminders.due_messages(event, week_before - MINUTE) == {}


def test_each_person_is_expected_at_the_first_of_their_sessions(outbox):
    late = STARTS_AT + timedelta(days=14)
    event = make_event(
        announced_end=late + timedelta(hours=2),
        sessions=[make_session(), make_session(title="Suite", starts_at=late)],
    )
    make_registration(event, event.sessions.get(title="Suite"))

    assert kinds_at(outbox, EVE) == []
    assert kinds_at(outbox, EVE + timedelta(days=14)) == ["rappel, la veille"]


def test_a_rescheduled_event_gets_new_reminders(outbox):
    registration = make_joined(event=make_event())
    make_registration_seat(registration)

    kinds_at(outbox, EVE)
    EventPage.objects.update(
        starts_at=STARTS_AT + timedelta(days=30), ends_at=STARTS_AT + timedelta(days=31)
    )

    assert kinds_at(outbox, EVE + timedelta(days=30)) == ["rappel, la veille"] * 2


def make_registration_seat(registration: Any) -> None:
    session = registration.event.sessions.model(event=registration.event, hidden=True)
    session.save()
    registration.seats.create(session=session, since=NOW)


@pytest.mark.parametrize(
    "change", [{"status": "cancelled"}, {"ends_at": EVE, "starts_at": EVE - MINUTE}]
)
def test_a_queued_reminder_is_withdrawn(outbox, mail_down, sent, change):
    """registration 35: reminders already scheduled are not sent."""
    make_joined(event=make_event())
    make_registration_seat(EventPage.objects.get().registrations.get())
    kinds_at(outbox, EVE)

    with time_machine.travel(EVE + MINUTE, tick=False):
        reminders.withdraw(EVE + MINUTE)
        assert len(outbox()) == 1  # still due: only the provider is down

        EventPage.objects.update(**change)
        reminders.withdraw(EVE + MINUTE)

    assert outbox() == []


def test_the_clock_reminds(outbox):
    make_joined()

    with time_machine.travel(EVE, tick=False):
        for _minute in range(3):
            call_command("clock", once=True)

    assert [row.kind for row in outbox()] == ["rappel, la veille"]


def test_a_round_costs_the_same_for_one_person_and_for_many(django_assert_num_queries):
    event = make_event(sessions=[make_session()])
    for people in (1, 20):
        for _person in range(people):
            make_joined(event=event)
        reminders.remind(EVE)

        with django_assert_num_queries(7):
            reminders.remind(EVE)


def test_a_message_already_written_is_not_written_again_by_another_clock(outbox):
    registration = make_joined()
    due = reminders.due_messages(registration.event, EVE)

    for _clock in range(2):
        reminders.write_missing(registration.event, due)

    assert len(outbox()) == 1


# The timetable


OTHER_DAYS = (
    Reminder(
        days=10, kind="rappel, dix jours avant", told="dix jours avant", words="dans dix jours"
    ),
    Reminder(days=2, kind="rappel, l’avant-veille", told="l’avant-veille", words="après-demain"),
)


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_messages_are_sent_on_the_timetables_days_with_its_words(outbox, monkeypatch):
    monkeypatch.setattr(reminder_timetable, "REMINDERS", OTHER_DAYS)
    make_joined().seats.update(since=NOW - timedelta(days=30))
    days = [datetime(2026, 5, 27, 7, tzinfo=UTC) + timedelta(days=day) for day in range(15)]

    written = {}
    for at in days:
        before = len(outbox())
        kinds_at(outbox, at)
        written |= {row.kind: (at.date().isoformat(), row) for row in outbox()[before:]}

    ten, two = written["rappel, dix jours avant"], written["rappel, l’avant-veille"]
    assert list(written) == ["rappel, dix jours avant", "rappel, l’avant-veille"]
    assert (ten[0], two[0]) == ("2026-06-01", "2026-06-09")
    assert ten[1].subject.startswith("Dans dix jours")
    assert two[1].subject.startswith("Après-demain")
    assert all("C’est après-demain" in body for body in (two[1].text, two[1].html))


def test_forms_and_guide_say_the_days_of_the_timetable(monkeypatch):
    fields = EventPage._meta
    guide = (Path(settings.BASE_DIR) / "docs/guide-redaction.md").read_text()

    assert fields.get_field("reminders").help_text == reminder_timetable.reminders_help()
    assert fields.get_field("thanks").help_text == reminder_timetable.thanks_help()
    assert (
        f"un rappel {reminder_timetable.reminders_told()}, puis un remerciement le lendemain"
        in guide
    )

    monkeypatch.setattr(reminder_timetable, "REMINDERS", OTHER_DAYS)
    assert reminder_timetable.reminders_help() == (
        "Aux personnes qui ont une place, dix jours avant et l’avant-veille, à 9\u00a0h."
    )


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        (WEEK_BEFORE, "reminder:7:{}:2026-06-11"),
        (EVE, "reminder:1:{}:2026-06-11"),
        (DAY_AFTER, "reminder:-1:{}:2026-06-11"),
    ],
)
def test_keys_are_stable_so_that_nobody_is_reminded_twice(outbox, moment, key):
    written = make_row(key.format(make_joined().uuid), state="sent", sent_at=NOW)

    kinds_at(outbox, moment, moment + timedelta(hours=1))

    assert outbox() == [written]


def make_row(key: str, **fields: Any) -> OutgoingEmail:
    defaults = {"dedup_key": key, "message_id": f"<{key}@localhost>", "queued_at": NOW}
    return OutgoingEmail.objects.create(**defaults | {"due_at": EVE} | fields)


def test_only_queued_messages_of_another_timetable_are_withdrawn(
    outbox, mail_down, monkeypatch, caplog
):
    first = make_joined()
    kinds_at(outbox, EVE)
    for key in ("reminder:", "reminder:7:nobody:2026-06-11", "reminder:x"):
        make_row(key)
    make_row(f"reminder:7:{first.uuid}:2026-06-11")

    reminders.withdraw(EVE + MINUTE)
    assert [row.kind for row in outbox()] == ["rappel, la veille"]
    assert sum("unreadable key" in line for line in caplog.messages) == 3

    monkeypatch.setattr(reminder_timetable, "REMINDERS", OTHER_DAYS)
    reminders.withdraw(EVE + MINUTE)

    assert outbox() == []


# Failures


@pytest.mark.parametrize("same_event", [True, False], ids=["of one event", "of other events"])
def test_a_failing_reminder_does_not_stop_the_others(outbox, broken, same_event):
    event = make_event(sessions=[make_session()]) if same_event else None
    first, *others = [make_joined(event=event) for _person in range(3)]
    broken(emails, "reminder", lambda due: due.registration == first)

    with time_machine.travel(EVE, tick=False), pytest.raises(SomeFailed):
        reminders.remind(EVE)

    assert {row.recipient for row in outbox()} == {person.email for person in others}
