"""Confirmation of promotions and overbooking before an event is published."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission
from wagtail.test.utils.form_data import inline_formset

from events.models import EventChange, EventPage, Registration
from events.registration.signup import cancel
from tests.builders import NOW, make_event, make_hidden_session, make_registration, make_session
from tests.events.admin.test_registrations import form_data, session_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "wagtail_templates")]


def make_full_event(*names: str, taken: int = 2, **fields: Any) -> EventPage:
    """Create an event with two places, both taken, and these people on the waiting list in this order."""
    event = make_event(capacity=2, **fields)
    session = make_hidden_session(event)
    for number in range(taken):
        make_registration(event, session, name=f"Place {number}")
    for name in names:
        make_registration(event, session, waiting=True, name=name)
    return event


def publish(client: Client, event: EventPage, **fields: Any) -> Any:
    """Publish from the event's editing screen (« Publier »)."""
    address = reverse("wagtailadmin_pages:edit", args=[event.pk])
    return client.post(address, form_data(event, **fields) | {"action-publish": "1"})


def confirm(client: Client, address: str) -> Any:
    seen = client.get(address).context["outcome"].fingerprint
    return client.post(address, {"seen": seen})


def capacity_of(event: EventPage) -> int | None:
    return EventPage.objects.get(pk=event.pk).capacity


def who_waits() -> list[str]:
    waiting = Registration.objects.filter(seats__state="waiting").order_by("pk")
    return list(waiting.values_list("name", flat=True))


def test_promotions_are_listed_in_order_before_publication(admin, outbox):
    """registration 51."""
    event = make_full_event("Ada", "Bérénice", "Chloé")

    asked = publish(admin, event, capacity="4")
    page = admin.get(asked["Location"])

    words = page.content.decode()
    assert "2\u00a0personnes seront prévenues" in words
    assert 0 < words.index("Ada") < words.index("Bérénice")
    assert "Chloé" not in words
    assert (capacity_of(event), outbox()) == (2, [])
    assert who_waits() == ["Ada", "Bérénice", "Chloé"]

    done = confirm(admin, asked["Location"])

    # The form changed the date too: the usual `after_publish_page` hooks run after this publication.
    change = EventChange.objects.get()
    assert done["Location"] == reverse("events_announce_change", args=[change.uuid])
    assert capacity_of(event) == 4
    assert who_waits() == ["Chloé"]
    assert [row.kind for row in outbox()] == ["place obtenue"] * 2


def test_a_capacity_below_the_seats_taken_is_reported_and_removes_nobody(admin, outbox):
    """registration 51."""
    event = make_full_event("Ada")

    asked = publish(admin, event, capacity="1")
    words = admin.get(asked["Location"]).content.decode()
    confirm(admin, asked["Location"])

    assert "2\u00a0confirmés pour 1\u00a0place" in words
    assert capacity_of(event) == 1
    assert Registration.objects.active().count() == 3
    assert outbox() == []


def test_promotions_in_a_session_are_listed_too(admin):
    event = make_event(sessions=[make_session(starts_at=NOW + timedelta(days=10), capacity=1)])
    session = event.sessions.get()
    make_registration(event, session)
    make_registration(event, session, waiting=True, name="Ada")
    row = session_row(id=str(session.pk), capacity="2")

    asked = publish(admin, event, sessions=inline_formset([row], initial=1))

    assert "1\u00a0personne sera prévenue" in admin.get(asked["Location"]).content.decode()
    confirm(admin, asked["Location"])
    assert who_waits() == []


@pytest.mark.parametrize("capacity", ["2", "3"])
def test_a_publication_that_affects_nobody_needs_no_confirmation(admin, capacity):
    event = make_full_event()

    response = publish(admin, event, capacity=capacity)

    assert "places" not in response["Location"]
    assert capacity_of(event) == int(capacity)


def test_an_outcome_that_changed_since_it_was_read_is_shown_again(admin):
    event = make_full_event("Ada", "Bérénice")
    asked = publish(admin, event, capacity="3")
    seen = admin.get(asked["Location"]).context["outcome"].fingerprint
    cancel(registration=Registration.objects.get(name="Ada"), by=None, now=NOW)

    response = admin.post(asked["Location"], {"seen": seen})

    assert response.status_code == 200
    assert "Des inscriptions ont changé entre-temps" in response.content.decode()
    assert capacity_of(event) == 2
    assert who_waits() == ["Ada", "Bérénice"]
    confirm(admin, asked["Location"])
    assert capacity_of(event) == 3


def test_a_draft_saved_since_is_not_published(admin):
    event = make_full_event("Ada")
    asked = publish(admin, event, capacity="3")
    EventPage.objects.get(pk=event.pk).get_latest_revision_as_object().save_revision()

    response = admin.post(asked["Location"], {"seen": "1/"})

    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[event.pk])
    assert capacity_of(event) == 2


def test_an_unsigned_url_publishes_nothing(admin):
    event = make_full_event("Ada")
    publish(admin, event, capacity="3")
    key = EventPage.objects.get(pk=event.pk).latest_revision_id

    assert admin.post(reverse("events_confirm_places", args=[str(key)])).status_code == 404


def test_publishing_and_reading_names_each_need_their_permission(admin):
    event = make_full_event("Ada Exemple")
    asked = publish(admin, event, capacity="3")["Location"]
    user = get_user_model().objects.create_user("editrice@example.org")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    refused = client.post(asked, {"seen": "1/"})
    group = Group.objects.create(name="Publient")
    may = Permission.objects.get(codename="publish_page")
    GroupPagePermission.objects.create(group=group, page=event.get_parent(), permission=may)
    user.groups.add(group)
    client.force_login(user)  # a change of role ends the session

    words = client.get(asked).content.decode()

    assert refused.status_code in (302, 403)
    assert capacity_of(event) == 2
    assert "1\u00a0personne sera prévenue" in words
    assert "Ada Exemple" not in words


def test_a_bulk_publication_refuses_events_whose_places_change(admin):
    event = make_full_event("Ada")
    publish(admin, event, capacity="3")
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = admin.post(f"{address}?id={event.pk}", {"include_descendants": ""})

    assert response.status_code == 302
    assert capacity_of(event) == 2
    assert who_waits() == ["Ada"]
