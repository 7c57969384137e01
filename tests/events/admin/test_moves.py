from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from events.admin.moves import MoveRefused, NewDate, move_event
from events.models import EventChange, EventPage, Question
from home.access import AUTHORS_GROUP
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_registration, make_session
from tests.events.admin.test_new_edition import at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

#: Thursdays before and after the clocks go back.
WAS, WILL = date(2026, 10, 22), date(2026, 11, 5)


def make_forum(**fields: Any) -> EventPage:
    """A forum of 22 October with two sessions, a deadline one week before, and two people."""
    sessions = [
        make_session(starts_at=at(WAS, 9, 30), ends_at=at(WAS, 12), deadline=WAS - timedelta(days=2)),
        make_session(title="Après-midi", starts_at=at(WAS, 14), ends_at=at(WAS, 16, 30)),
    ]  # fmt: skip
    defaults = {
        "title": "Forum",
        "starts_at": at(WAS, 9, 30),
        "announced_end": at(WAS, 17),
        "registration_deadline": WAS - timedelta(days=7),
        "registration_opens_at": NOW - timedelta(days=5),
        "lead": "<p>Le jeudi 22 octobre 2026, à Amiens.</p>",
    }
    event = make_event(sessions=sessions, **defaults | fields)
    event.questions.add(Question(label="Repas", session_uuid=sessions[1].uuid))
    event.save_revision().publish()
    for name in ("Ana", "Bob"):
        make_registration(
            event, *event.sessions.all(), name=name, registered_at=NOW - timedelta(days=1)
        )
    return EventPage.objects.get(pk=event.pk)


@pytest.fixture
def staff() -> Any:
    return get_user_model().objects.create_superuser("animatrice@example.org")


def hours(event: EventPage) -> list[Any]:
    return [(one.starts_at, one.ends_at, one.deadline) for one in event.sessions.all()]


def test_sessions_and_deadlines_follow_across_the_change_of_time_and_people_are_told(
    staff, mailoutbox
):
    """registration 33: one mail per person, the same UID, SEQUENCE + 1, old and new date."""
    event = make_forum()

    move_event(event=event, to=NewDate(WILL), tell=True, note="Salle prise.", by=staff, now=NOW)

    moved = EventPage.objects.get(pk=event.pk)
    assert (moved.starts_at, moved.announced_end) == (at(WILL, 9, 30), at(WILL, 17))
    assert moved.registration_deadline == WILL - timedelta(days=7)
    assert moved.registration_opens_at == event.registration_opens_at  # already open
    assert hours(moved) == [
        (at(WILL, 9, 30), at(WILL, 12), WILL - timedelta(days=2)),
        (at(WILL, 14), at(WILL, 16, 30), None),
    ]
    assert [block.value for block in moved.previous_dates] == [at(WAS, 9, 30)]
    assert moved.lead == "<p>Le jeudi 5 novembre 2026, à Amiens.</p>"
    assert moved.questions.get().session_uuid == moved.sessions.all()[1].uuid
    assert len(mailoutbox) == 2
    for words in ("22 octobre 2026", "5 novembre 2026", "Salle prise."):
        assert words in mailoutbox[0].body
    calendar = mailoutbox[0].attachments[0].get_payload(decode=True)
    [entry] = Calendar.from_ical(calendar).walk("VEVENT")
    assert (entry["SEQUENCE"], moved.calendar_uid) == (1, event.calendar_uid)


def test_without_telling_nobody_is_written_to_and_it_is_decided(staff):
    event = make_forum()

    move_event(event=event, to=NewDate(WILL), tell=False, note="", by=staff, now=NOW)

    assert EventPage.objects.get(pk=event.pk).starts_at == at(WILL, 9, 30)
    assert EventChange.objects.get().state == EventChange.State.DISMISSED
    assert not OutgoingEmail.objects.exists()


def test_new_hours_move_the_sessions_as_much(staff):
    event = make_forum()

    move_event(
        event=event, to=NewDate(WILL, time(10), time(18)), tell=False, note="", by=staff, now=NOW
    )

    moved = EventPage.objects.get(pk=event.pk)
    assert (moved.starts_at, moved.announced_end) == (at(WILL, 10), at(WILL, 18))
    assert [start for start, _end, _deadline in hours(moved)] == [at(WILL, 10), at(WILL, 14, 30)]


def test_a_draft_with_other_changes_stays_a_draft_and_moves_too(staff):
    event = make_forum()
    draft = event.get_latest_revision_as_object()
    draft.title = "Forum à relire"
    draft.save_revision()

    move_event(event=event, to=NewDate(WILL), tell=False, note="", by=staff, now=NOW)

    stored = EventPage.objects.get(pk=event.pk)
    draft = stored.get_latest_revision_as_object()
    assert (stored.title, draft.title) == ("Forum", "Forum à relire")
    assert stored.has_unpublished_changes
    assert stored.starts_at == draft.starts_at == at(WILL, 9, 30)
    assert hours(stored) == hours(draft)


def test_an_event_moved_back_has_its_first_date_no_more_among_the_former_ones(staff):
    event = make_forum(status=EventPage.Status.POSTPONED)

    for day in (WILL, WAS):
        move_event(event=event, to=NewDate(day), tell=False, note="", by=staff, now=NOW)

    moved = EventPage.objects.get(pk=event.pk)
    assert [block.value for block in moved.previous_dates] == [at(WILL, 9, 30)]
    assert (moved.status, moved.lead) == (EventPage.Status.PLANNED, event.lead)


@pytest.mark.parametrize(
    ("fields", "to", "said"),
    [
        ({}, NewDate(date(2026, 5, 31)), "Le dimanche 31 mai 2026 est déjà passé"),
        ({}, NewDate(date(2027, 3, 28), time(2, 30)), "02:30 n’existe pas"),
        ({}, NewDate(WILL, None, time(9)), "La fin précède le début."),
        ({}, NewDate(WILL, None, time(13)), "Session « Après-midi » : Cette session commence"),
        ({"status": "cancelled"}, NewDate(WILL), "Cet événement est annulé"),
        ({"starts_at": None, "live": False}, NewDate(WILL), "n’a pas encore de date"),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_nothing_is_written(staff, fields, to, said):
    event = make_forum() if not fields else make_event(**fields)
    before = EventPage.objects.values().get(pk=event.pk)

    with pytest.raises(MoveRefused) as refusal:
        move_event(event=event, to=to, tell=True, note="", by=staff, now=NOW)

    assert said in str(refusal.value).replace("\u00a0", " ")
    assert EventPage.objects.values().get(pk=event.pk) == before


@pytest.mark.usefixtures("wagtail_templates")
def test_the_letter_is_read_before_it_leaves_and_the_screen_asks_once(admin, mailoutbox):
    event = make_forum()
    address = reverse("events_move", args=[event.pk])
    form = {"first_day": "5 novembre 2026", "texts": "on"}

    begun = admin.get(address).content.decode()
    read = admin.post(address, form)
    stored = EventPage.objects.get(pk=event.pk).starts_at
    # Somebody registers meanwhile: what was read is not what would happen.
    make_registration(event, name="Cléo", registered_at=NOW - timedelta(hours=1))
    confirmation = form | {"vu": read.context["seen"], "deplacer": "prevenir", "note": "À bientôt."}
    again = admin.post(address, confirmation)
    done = admin.post(address, confirmation | {"vu": again.context["seen"]})

    assert "Déplacer et prévenir" not in begun
    text = read.content.decode()
    assert "Déplacer et prévenir 2\u00a0personnes" in text
    assert "jeudi 5 novembre 2026, de 9h30 à 17h" in read.context["letter"].text
    assert stored == at(WAS, 9, 30)
    assert (again.context["people"], "À bientôt." in again.context["letter"].text) == (3, True)
    assert done.url == reverse("wagtailadmin_pages:edit", args=[event.pk])
    assert EventPage.objects.get(pk=event.pk).starts_at == at(WILL, 9, 30)
    assert len(mailoutbox) == 3


@pytest.mark.usefixtures("wagtail_templates")
@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"first_day": ""}, "first_day", "Écrivez une date"),
        ({"first_day": "31/05/2026"}, "first_day", "est déjà passé"),
        ({"first_day": "5/11/2026", "start": "25h"}, "start", "n’existe pas"),
        ({"first_day": "5/11/2026", "end": "9h"}, "end", "La fin précède le début."),
    ],
)
def test_a_wrong_date_or_hour_is_refused_beside_its_field(admin, typed, field, said):
    event = make_forum()

    response = admin.post(reverse("events_move", args=[event.pk]), typed)

    assert said in response.context["form"].errors[field][0]
    assert EventPage.objects.get(pk=event.pk).starts_at == at(WAS, 9, 30)


@pytest.mark.usefixtures("whole_site", "wagtail_templates")
def test_without_the_right_to_publish_the_draft_alone_is_moved():
    event = make_forum()
    author = get_user_model().objects.create_user("redactrice@example.org")
    author.groups.add(Group.objects.get(name=AUTHORS_GROUP))
    client = Client()
    client.force_login(author)
    address = reverse("events_move", args=[event.pk])

    read = client.post(address, {"first_day": "5/11/2026"})
    client.post(
        address, {"first_day": "5/11/2026", "vu": read.context["seen"], "deplacer": "prevenir"}
    )

    stored = EventPage.objects.get(pk=event.pk)
    assert read.context["letter"] is None
    assert stored.starts_at == at(WAS, 9, 30)
    assert stored.get_latest_revision_as_object().starts_at == at(WILL, 9, 30)
    assert not EventChange.objects.exists()


def follow_addresses(event: EventPage) -> list[str]:
    names = ("wagtailadmin_pages:edit", "events_follow_notice", "events_follow")
    return [reverse(name, args=[event.pk]) for name in names]


@pytest.mark.usefixtures("wagtail_templates")
def test_a_start_changed_in_the_form_is_told_and_what_nobody_moved_follows_when_asked(admin):
    event = make_forum()
    edit, notice, follow = follow_addresses(event)
    link = f'href="{follow}"'
    quiet = [link in admin.get(address).content.decode() for address in (edit, notice)]
    draft = event.get_latest_revision_as_object()
    draft.starts_at, draft.announced_end = at(WILL, 10), at(WILL, 17)
    sessions = list(draft.sessions.all())
    sessions[1].starts_at, sessions[1].ends_at = at(WILL, 15), at(WILL, 16)  # by hand
    draft.sessions = sessions
    draft.save_revision()

    told = [link in admin.get(address).content.decode() for address in (edit, notice)]
    asked = admin.get(follow)
    admin.post(follow)

    stored = EventPage.objects.get(pk=event.pk)
    after = stored.get_latest_revision_as_object()
    assert (quiet, told) == ([False, False], [True, True])
    assert [change.name for change in asked.context["changes"]] == [
        "registration_deadline", "sessions.0.starts_at", "sessions.0.ends_at", "sessions.0.deadline",
    ]  # fmt: skip
    assert after.registration_deadline == WILL - timedelta(days=7)
    assert hours(after) == [
        (at(WILL, 10), at(WILL, 12, 30), WILL - timedelta(days=2)),
        (at(WILL, 15), at(WILL, 16), None),
    ]
    assert hours(stored)[0][0] == at(WAS, 9, 30)
    assert link not in admin.get(edit).content.decode()


@pytest.mark.usefixtures("wagtail_templates")
def test_in_a_draft_that_never_was_public_sessions_of_other_days_follow(admin):
    sessions = [
        make_session(starts_at=at(WAS, hour), ends_at=at(WAS, hour + 1)) for hour in (9, 14)
    ]
    event = make_event(live=False, starts_at=at(WILL, 10), sessions=sessions)
    event.save_revision()
    _edit, notice, follow = follow_addresses(event)

    told = admin.get(notice).content.decode()
    admin.post(follow)

    after = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    assert "n’ont pas suivi" in told
    assert [start for start, _end, _deadline in hours(after)] == [at(WILL, 9), at(WILL, 14)]
    assert admin.get(notice).content.decode().strip() == ""
