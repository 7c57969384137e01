import re
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from events.messages import emails, group_messages
from events.models import GroupMessage
from home.batches import SomeFailed
from home.models import OutgoingEmail
from tests.builders import NOW, make_event, make_registration, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]


def make_audience(people: int = 3) -> Any:
    """Create an event with one session: this many seats, one person on the waiting list and one cancelled."""
    event = make_event(sessions=[make_session()])
    session = event.sessions.get()
    for number in range(people):
        make_registration(event, session, name=f"Place {number}")
    make_registration(event, session, name="Attente").seats.update(state="waiting")
    make_registration(event, name="Départ", state="cancelled", cancelled_at=NOW)
    return event


def words(**fields: Any) -> dict[str, Any]:
    return {
        "audience": "confirmed",
        "subject": "Le train de 8h12",
        "text": "Nous partons ensemble.",
        "key": str(uuid4()),
        "seen": "",
    } | fields


def post(client: Client, event: Any, data: dict[str, Any]) -> Any:
    return client.post(reverse("events_write_to_group", args=[event.pk]), data)


def read(client: Client, event: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Return the same form data after a preview."""
    html = post(client, event, data | {"relire": "1"}).content.decode()
    found = re.search(r'name="seen" value="(\w+)"', html)
    assert found, html
    return data | {"seen": found.group(1), "envoyer": "1"}


def test_staff_see_names_number_and_message_before_sending(admin, outbox):
    """registration 40: shows the names and their number."""
    event = make_audience()

    response = post(admin, event, words(relire="1"))
    html = response.content.decode()

    assert "Envoyer à 3\u00a0personnes" in html
    assert [f"<li>Place {n}" in html for n in range(3)] == [True] * 3
    assert "<li>Attente" not in html
    assert "Bonjour Prénom Nom,\n\nNous partons ensemble." in html
    assert "no-store" in response["Cache-Control"]
    assert outbox() == []


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ("confirmed", ["Place 0", "Place 1"]),
        ("waiting", ["Attente"]),
        ("active", ["Attente", "Place 0", "Place 1"]),
        ("cancelled", ["Départ"]),
    ],
)
def test_each_recipient_gets_a_separate_message(admin, outbox, audience, names):
    """registration 40: one mail per person, no visible address, replies go to staff."""
    event = make_audience(people=2)

    post(admin, event, read(admin, event, words(audience=audience)))

    rows = outbox()
    assert sorted(re.findall(r"Bonjour (.*),", row.text)[0] for row in rows) == names
    assert {row.subject for row in rows} == {"Le train de 8h12"}
    for row in rows:
        assert "Reply-To" in row.headers
        assert [other.recipient in row.text for other in rows if other is not row] == [False] * (
            len(rows) - 1
        )


def test_the_second_click_sends_nothing(admin, outbox):
    """registration 40."""
    event = make_audience()
    data = read(admin, event, words())

    answers = [post(admin, event, data) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(outbox()) == 3
    assert [(one.recipients, one.finished) for one in GroupMessage.objects.all()] == [(3, True)]


def test_a_message_changed_since_its_preview_is_previewed_again(admin, outbox):
    event = make_audience()
    data = read(admin, event, words())

    html = post(admin, event, data | {"text": "Autre chose."}).content.decode()

    assert "Autre chose." in html
    assert "Envoyer à 3\u00a0personnes" in html
    assert outbox() == []


def test_a_test_message_goes_only_to_its_writer(admin, outbox):
    """registration 40: test to me."""
    event = make_audience()

    post(admin, event, words(essai="1"))

    [row] = outbox()
    assert (row.recipient, row.subject) == ("admin@example.org", "[Essai] Le train de 8h12")
    assert not GroupMessage.objects.exists()


def test_a_message_can_be_limited_to_a_session(admin, outbox):
    event = make_event(sessions=[make_session(), make_session(title="Soir")])
    morning, evening = event.sessions.all()
    make_registration(event, morning)
    late = make_registration(event, evening)

    post(admin, event, read(admin, event, words(session=evening.pk)))

    assert [row.recipient for row in outbox()] == [late.email]


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"text": ""},
        {"audience": "tous"},
        {"key": "abc"},
        {"session": "999999999999999999999"},
        {"subject": "a\nBcc: x@y.fr"},
    ],
)
def test_an_invalid_form_sends_nothing(admin, outbox, wrong):
    event = make_audience()

    response = post(admin, event, words(envoyer="1") | wrong)

    assert response.status_code == 200
    assert outbox() == []


def test_writing_needs_the_permission(outbox):
    """registration 58."""
    event = make_audience()
    user = get_user_model().objects.create_user("editrice@example.org")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)

    response = post(client, event, words(essai="1"))

    assert "Place 0" not in response.content.decode()
    assert outbox() == []


def test_a_stopped_group_message_resumes_without_writing_to_anyone_twice(outbox):
    event = make_audience()
    message = GroupMessage.objects.create(
        event=event, audience="confirmed", subject="Bonjour", text="…", written_at=NOW
    )
    emails.group_message(event.registrations.get(name="Place 0"), message)
    late = make_registration(event, event.sessions.get(), registered_at=NOW + timedelta(hours=1))

    for _minute in range(2):
        group_messages.finish_messages(NOW + timedelta(hours=2))

    assert len(outbox()) == 3
    assert late.email not in {row.recipient for row in outbox()}


def test_a_failing_message_stops_no_other_message_and_no_other_recipient(outbox, broken):
    event = make_audience()
    for subject in ("Un", "Deux"):
        GroupMessage.objects.create(
            event=event, audience="confirmed", subject=subject, text="…", written_at=NOW
        )
    broken(
        emails,
        "group_message",
        lambda person, message: (person.name, message.subject) == ("Place 1", "Un"),
    )

    for message in GroupMessage.objects.order_by("pk"):
        with pytest.raises(SomeFailed) if message.subject == "Un" else nullcontext():
            group_messages.send_out(message)

    assert sorted(row.subject for row in outbox()) == ["Deux"] * 3 + ["Un"] * 2
    assert list(GroupMessage.objects.values_list("subject", "finished").order_by("subject")) == [
        ("Deux", True),
        ("Un", False),
    ]


def test_reading_costs_the_same_for_one_person_and_for_many(admin, django_assert_max_num_queries):
    event = make_audience(people=20)

    with django_assert_max_num_queries(30):
        post(admin, event, words(relire="1"))


def test_the_events_screen_links_to_its_registrations_and_to_the_message_form(admin):
    event = make_audience()

    html = admin.get(reverse("wagtailadmin_pages:edit", args=[event.pk])).content.decode()

    assert reverse("events_write_to_group", args=[event.pk]) in html
    assert f"{reverse('events_registration_modeladmin_index')}?evenement={event.pk}" in html


def test_typed_addresses_are_links_and_nothing_else_is(admin, outbox):
    """K25, 61."""
    event = make_audience(1)
    text = (
        "Le plan\u00a0: https://example.org/plan?a=1&b=2 (ou lieu@example.org)\n"
        "javascript:alert(1) <b>gras</b>"
    )

    post(admin, event, read(admin, event, words(text=text)))

    [row] = outbox()
    assert 'href="https://example.org/plan?a=1&amp;b=2"' in row.html
    assert 'href="mailto:lieu@example.org"' in row.html
    assert 'href="javascript' not in row.html
    assert "&lt;b&gt;gras&lt;/b&gt;" in row.html


def test_earlier_messages_are_listed_with_what_became_of_them(
    admin, outbox, django_assert_max_num_queries
):
    """K25, 61."""
    event = make_audience(3)
    post(admin, event, read(admin, event, words()))
    first, second, _third = outbox()
    for row, state in ((first, "failed"), (second, "queued")):
        OutgoingEmail.objects.filter(pk=row.pk).update(state=state, sent_at=None)
    screen = reverse("events_write_to_group", args=[event.pk])

    with django_assert_max_num_queries(60) as once:
        html = admin.get(screen).content.decode()
    number = len(once)
    for _again in range(3):
        post(admin, event, read(admin, event, words()))
    with django_assert_max_num_queries(number):
        admin.get(screen)

    assert "1\u00a0envoyé, <strong>1\u00a0en échec</strong>" in html
