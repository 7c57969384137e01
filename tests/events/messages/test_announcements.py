from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from events.messages import announcements, emails
from events.models import EventChange, EventPage, Registration
from home import batches
from home.mail import delivery
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_registration, make_session
from tests.events.admin.test_registrations import form_data

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]


def publish(event: EventPage, at: datetime = NOW + timedelta(hours=1), **fields: Any) -> None:
    """Publish a revision with these fields, as an editor does."""
    page = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(page, name, value)
    with time_machine.travel(at, tick=False):
        page.save_revision().publish()


def make_joined_event(**fields: Any) -> tuple[EventPage, Registration]:
    """Create a published event in ten days, with one registration."""
    event = make_event(**fields)
    return event, make_registration(event, *event.sessions.all())


def calendar_of(row: OutgoingEmail) -> tuple[str, str, Any]:
    """Return content type, method and VEVENT of a message's calendar file."""
    message = delivery.build(row)
    part = message.attachments[0]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    return part["Content-Type"], str(calendar["METHOD"]), calendar.walk("VEVENT")[0]


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_a_rescheduled_event_is_announced_once_to_each_active_person(outbox, somebody):
    """registration 33: same UID, SEQUENCE 1, old and new date in the text."""
    event, registration = make_joined_event()
    make_registration(event, state="cancelled", cancelled_at=NOW)

    publish(event, starts_at=NOW + timedelta(days=20), announced_end=None)
    change = EventChange.objects.get()
    done = [
        announcements.announce(change=change, note="La salle est prise.", by=somebody, now=NOW)
        for _twice in range(2)
    ]

    assert done == [True, False]
    [row] = outbox()
    assert (row.recipient, row.kind) == (registration.email, "événement modifié")
    assert "avant\u00a0: Le jeudi 11 juin 2026, de 12h à 14h" in row.text.replace("\u202f", "")
    assert "maintenant\u00a0: Le dimanche 21 juin 2026, à 12h" in row.text
    assert "La salle est prise." in row.text
    kind, method, entry = calendar_of(row)
    assert (method, entry["STATUS"], entry["SEQUENCE"]) == ("PUBLISH", "CONFIRMED", 1)
    assert entry["UID"] == str(registration.calendar_uid)
    assert 'method="PUBLISH"' in kind or "method=PUBLISH" in kind
    assert EventChange.objects.get().state == "sent"


@pytest.mark.parametrize(
    "fields",
    [{"title": "Rencontre des lieux"}, {"slug": "autre-adresse"}, {"price": "13 €"}, {}],
)
def test_changes_other_than_date_and_place_propose_nothing(fields):
    """registration 34, and registration 33 for a change of slug."""
    event, _registration = make_joined_event()

    publish(event, **fields)

    assert not EventChange.objects.exists()


def test_a_change_that_affects_nobody_proposes_nothing():
    nobody = make_event()
    past, _registration = make_joined_event(starts_at=NOW - timedelta(days=3))

    publish(nobody, venue_town="Arras")
    publish(past, venue_town="Arras")

    assert not EventChange.objects.exists()


def test_a_cancelled_event_closes_its_registrations_and_is_removed_from_calendars(outbox, somebody):
    """registration 35 and the edge case « Cancelled event »."""
    event, registration = make_joined_event()

    publish(event, status="cancelled")
    announcements.announce(change=EventChange.objects.get(), note="", by=somebody, now=NOW)

    registration.refresh_from_db()
    assert registration.state == "organiser"
    assert [(entry.action, entry.by) for entry in registration.log.all()] == [
        ("event_cancelled", somebody)
    ]
    [row] = outbox()
    assert row.kind == "événement annulé"
    kind, method, entry = calendar_of(row)
    assert (method, entry["STATUS"], entry["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert entry["UID"] == str(registration.calendar_uid)
    assert "CANCEL" in kind


def test_a_second_publication_is_merged_into_the_first_and_may_undo_it():
    event, _registration = make_joined_event()

    publish(event, venue_town="Arras")
    publish(event, venue_town="Lens", at=NOW + timedelta(hours=2))

    change = EventChange.objects.get()
    assert (change.before["place"], change.after["place"]) == ("Amiens", "Lens")

    publish(event, venue_town="Amiens", at=NOW + timedelta(hours=3))

    assert not EventChange.objects.exists()


def test_people_registered_after_the_publication_are_not_told_again(outbox, somebody):
    event, before = make_joined_event()
    publish(event, venue_town="Arras")
    make_registration(event, registered_at=NOW + timedelta(hours=2))

    announcements.announce(change=EventChange.objects.get(), note="", by=somebody, now=NOW)

    assert [row.recipient for row in outbox()] == [before.email]


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_new_session_hours_are_announced_to_its_attendees(outbox, somebody):
    event = make_event(sessions=[make_session(), make_session(title="Soir")])
    morning, evening = event.sessions.all()
    make_registration(event, morning)
    late = make_registration(event, evening)
    page = EventPage.objects.get(pk=event.pk).get_latest_revision_as_object()
    sessions = list(page.sessions.all())
    sessions[1].starts_at += timedelta(hours=1)
    page.sessions = sessions

    page.save_revision().publish()
    EventChange.objects.update(published_at=NOW + timedelta(hours=1))
    announcements.announce(change=EventChange.objects.get(), note="", by=somebody, now=NOW)

    [row] = outbox()
    assert row.recipient == late.email
    assert "Soir\n  avant\u00a0: Le jeudi 11 juin 2026, à 12h" in row.text


def test_a_stopped_announcement_resumes_without_telling_anyone_twice(outbox, somebody, monkeypatch):
    event, first = make_joined_event()
    make_registration(event)
    publish(event, venue_town="Arras")
    change = EventChange.objects.get()
    EventChange.objects.update(state="sending", decided_at=NOW, decided_by=somebody)
    emails.event_changed(first, change)

    for _minute in range(2):
        announcements.finish_announcements(NOW)

    assert sorted(row.recipient for row in outbox()) == sorted(
        event.registrations.values_list("email", flat=True)
    )
    assert EventChange.objects.get().state == "sent"


def test_people_are_told_in_batches(outbox, somebody, monkeypatch):
    event, _registration = make_joined_event()
    for _person in range(4):
        make_registration(event)
    publish(event, venue_town="Arras")
    monkeypatch.setattr(batches, "SLICE", 2)

    announcements.announce(change=EventChange.objects.get(), note="", by=somebody, now=NOW)

    assert len({row.recipient for row in outbox()}) == 5


def test_a_failing_change_does_not_stop_the_others(outbox, somebody, broken):
    for _event in range(2):
        publish(make_joined_event()[0], venue_town="Arras")
    bad, good = EventChange.objects.order_by("pk")
    EventChange.objects.update(state="sending", decided_at=NOW, decided_by=somebody)
    broken(emails, "event_changed", lambda registration, change: change == bad)

    for change, told in ((bad, pytest.raises(batches.SomeFailed)), (good, nullcontext())):
        with told:
            announcements.tell(change=change, now=NOW)

    assert [row.recipient for row in outbox()] == [good.event.registrations.get().email]
    assert list(EventChange.objects.unfinished()) == [bad]


# The screen


def answer(client: Client, change: EventChange, **data: str) -> Any:
    address = reverse("events_announce_change", args=[change.uuid])
    return client.post(address, {"seen": change.published_at.isoformat(), "note": ""} | data)


def test_the_screen_shows_recipients_changes_and_message_before_sending(admin, outbox):
    """registration 33: proposed before it is sent."""
    event, _registration = make_joined_event(title="Rencontre des lieux")
    publish(event, venue_town="Arras")
    change = EventChange.objects.get()

    response = admin.get(reverse("events_announce_change", args=[change.uuid]))
    html = response.content.decode()

    assert "1\u00a0personne" in html
    assert "<td>Amiens</td><td>Arras</td>" in html
    assert "Bonjour Prénom Nom," in html
    assert "no-store" in response["Cache-Control"]
    assert outbox() == []

    html = answer(admin, change, apercu="1", note="Venez en train.").content.decode()

    assert html.count("Venez en train.") == 2
    assert outbox() == []


def test_the_second_click_sends_nothing(admin, outbox):
    event, _registration = make_joined_event()
    publish(event, venue_town="Arras")
    change = EventChange.objects.get()

    answers = [answer(admin, change, envoyer="1") for _twice in range(2)]

    assert [response["Location"] for response in answers] == [
        reverse("wagtailadmin_pages:edit", args=[event.pk])
    ] * 2
    assert len(outbox()) == 1


def test_not_sending_tells_nobody_and_changes_no_registration(admin, outbox):
    event, registration = make_joined_event()
    publish(event, status="cancelled")
    change = EventChange.objects.get()

    answer(admin, change, **{"ne-pas-envoyer": "1"})
    answer(admin, change, envoyer="1")

    registration.refresh_from_db()
    assert (outbox(), registration.state) == ([], "active")
    assert EventChange.objects.get().state == "dismissed"


def test_another_publication_makes_the_message_be_read_again(admin, outbox):
    event, _registration = make_joined_event()
    publish(event, venue_town="Arras")
    change = EventChange.objects.get()
    publish(event, venue_town="Lens", at=NOW + timedelta(hours=2))

    html = answer(admin, change, envoyer="1").content.decode()

    assert "relisez le message" in html
    assert outbox() == []


def form_of(event: EventPage, **fields: Any) -> dict[str, Any]:
    return form_data(event, **fields) | {"action-publish": "1"}


def test_publishing_a_new_place_leads_to_the_proposal_and_a_typo_fix_does_not(admin):
    event, _registration = make_joined_event(title="Rencotre")
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])
    same = {
        "starts_at": timezone.localtime(event.starts_at).strftime("%Y-%m-%d %H:%M"),
        "announced_end": timezone.localtime(event.announced_end).strftime("%Y-%m-%d %H:%M"),
        "venue_town": "Amiens",
    }

    typo = admin.post(address, form_of(event, **same | {"title": "Rencontre"}))
    moved = admin.post(address, form_of(event, **same | {"venue_town": "Arras"}))

    change = EventChange.objects.get()
    assert typo["Location"] == reverse("wagtailadmin_explore", args=[event.get_parent().pk])
    assert moved["Location"] == reverse("events_announce_change", args=[change.uuid])
    assert "Changements à annoncer" in admin.get(reverse("wagtailadmin_home")).content.decode()


def test_announcing_needs_the_permission(outbox):
    """registration 58."""
    event, _registration = make_joined_event()
    publish(event, venue_town="Arras")
    change = EventChange.objects.get()
    user = get_user_model().objects.create_user("editrice@example.org")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)

    client.get(reverse("events_announce_change", args=[change.uuid]))
    answer(client, change, envoyer="1")

    assert outbox() == []
    assert EventChange.objects.get().state == "proposed"


def test_an_event_can_be_rescheduled_beyond_its_old_end(admin):
    event, _registration = make_joined_event()
    dates = {"starts_at": "2026-06-21 09:30", "announced_end": "2026-06-21 12:00"}

    admin.post(
        reverse("wagtailadmin_pages:edit", args=[event.pk]),
        form_of(event, venue_town="Amiens", **dates),
    )

    [change] = EventChange.objects.all()
    assert change.after["starts_at"] == "2026-06-21T07:30:00+00:00"


@pytest.mark.usefixtures("mail_down")  # sent messages lose bodies with a personal link
def test_a_new_video_conference_address_is_sent_to_people_with_a_seat(outbox, somebody):
    event = make_event(
        sessions=[make_session(capacity=1)], mode="hybrid", online_url="https://a.example.org"
    )
    session = event.sessions.get()
    seated = make_registration(event, session)
    make_registration(event, session).seats.update(state="waiting")

    publish(event, online_url="https://b.example.org")
    announcements.announce(change=EventChange.objects.get(), note="", by=somebody, now=NOW)

    [row] = outbox()
    assert row.recipient == seated.email
    assert "Visioconférence\u00a0: https://b.example.org" in row.text
