"""Query counts with empty caches: within the budget, and the same for one row and for thirty."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from events.models import EventAttachment, EventPage, Question, RecapPage
from home.models import NewsIndexPage, SiteDocument
from tests.builders import (
    NOW,
    make_event,
    make_home,
    make_member,
    make_members_page,
    make_registration,
    make_session,
)
from tests.events.visitor import fill

pytestmark = pytest.mark.django_db

BUDGET = 16


@pytest.fixture(autouse=True)
def _site_at_now(clock):
    make_home()


def cold_queries(address: str) -> int:
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(address)
    assert response.status_code == 200
    return len(queries)


def make_full_event(number: int) -> EventPage:
    """Create an open event with this many sessions, people, questions and speakers."""
    event = make_event(
        sessions=[make_session(title=f"Session {place}") for place in range(number)],
        previous_edition=make_event(starts_at=NOW - timedelta(days=400)),
    )
    event.questions = [
        Question(label=f"Question {place}", field_type="singleline") for place in range(number)
    ]
    event.speakers = [("speaker", {"name": f"Camille {place}"}) for place in range(number)]
    event.save()
    for _person in range(number):
        make_registration(event, *event.sessions.all())
        make_event(previous_edition=event)
    return event


def test_an_open_event_costs_the_same_with_much_in_it():
    counts = [cold_queries(make_full_event(number).url) for number in (1, 30)]

    assert counts[0] == counts[1] <= BUDGET


def test_an_event_with_documents_costs_the_same_with_many():
    def make(number: int) -> EventPage:
        event = make_event(starts_at=NOW - timedelta(days=3))
        for place in range(number):
            file = ContentFile(b"%PDF-1.4", name=f"{place}.pdf")
            document = SiteDocument.objects.create(title=f"Document {place}", file=file)
            EventAttachment.objects.create(page=event, document=document)
        return event

    counts = [cold_queries(make(number).url) for number in (1, 30)]

    assert counts[0] == counts[1] <= BUDGET


def test_a_registration_costs_the_same_whatever_the_number_before(client, clock):
    """Also limits the queries under the event's lock, which blocks other registrations."""

    def cost(email: str) -> tuple[int, int]:
        data = fill(client, event, clock, email=email)
        with CaptureQueriesContext(connection) as queries:
            assert client.post(event.url, data).status_code == 303
        said = [query["sql"].split()[0] for query in queries.captured_queries]
        return len(said), said.index("RELEASE") - said.index("SAVEPOINT") - 1

    event = make_event(sessions=[make_session(capacity=100)])
    cost("p0@exemple.fr")  # creates the browser's session
    one = cost("p1@exemple.fr")
    for _person in range(30):
        make_registration(event, event.sessions.get())

    assert cost("p2@exemple.fr") == one
    # In tests, tasks run at once, so the message is sent here. The places are read once more (event_lock).
    assert one[1] == 9 + 4 + 1


def test_the_agenda_costs_the_same_for_one_event_and_for_thirty():
    def fill(number: int) -> None:
        for _event in range(number):
            coming = make_event(capacity=12, sessions=[make_session()])
            make_registration(coming, coming.sessions.get())
            make_event(starts_at=NOW - timedelta(days=30))

    fill(1)
    one = cold_queries("/agenda/")
    fill(29)

    assert cold_queries("/agenda/") == one <= BUDGET
    assert cold_queries("/agenda/?annee=2026&page=2") <= BUDGET
    assert cold_queries("/agenda/calendrier.ics") <= BUDGET


def test_a_recap_keeps_within_the_budget():
    news = make_home().add_child(instance=NewsIndexPage(title="Actualités", slug="actualites"))
    before = make_event(starts_at=NOW - timedelta(days=400))
    event = make_event(starts_at=NOW - timedelta(days=3), previous_edition=before)
    for told in (before, event):
        news.add_child(instance=RecapPage(title=f"Retour {told.pk}", event=told))
    recap = Page.objects.get(title=f"Retour {event.pk}")

    assert cold_queries(recap.url) <= BUDGET
    assert cold_queries(event.url) <= BUDGET


def test_the_own_page_and_the_list_of_a_member_cost_the_same_with_much_in_them(client):
    def cost(number: int) -> tuple[int, int]:
        member = make_member()
        for _event in range(number):
            event = make_event(
                sessions=[make_session(title=f"Session {place}") for place in range(number)]
            )
            mine = make_registration(event, *event.sessions.all(), waiting=True, user=member.user)
        client.force_login(member.user)
        with CaptureQueriesContext(connection) as listed:
            assert "vous êtes n°" in client.get("/membres/inscriptions/").content.decode()
        return cold_queries(mine.link), len(listed)

    make_members_page()
    cost(1)  # the section's first page writes some rows once

    one, many = cost(1), cost(8)

    assert one == many
    assert many[0] <= BUDGET
