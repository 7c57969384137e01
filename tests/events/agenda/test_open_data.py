"""The agenda as open data: what anybody may read, for anybody."""

import csv
import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from events.agenda.open_data import COLUMNS
from events.models import EventPage
from home.models import PageTheme, Theme
from tests.builders import NOW, make_agenda, make_event, make_home, make_member, make_session

pytestmark = pytest.mark.django_db

IN_JSON, IN_CSV = "/agenda/donnees/json/", "/agenda/donnees/csv/"


@pytest.fixture(autouse=True)
def _site_at_now(clock: Any) -> None:
    make_home()
    make_agenda()


def read_json(client: Client) -> Any:
    answer = client.get(IN_JSON)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    return json.loads(answer.content)


def read_csv(client: Client) -> list[dict[str, str]]:
    answer = client.get(IN_CSV)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_an_event_is_told_as_on_its_page_with_the_identifier_of_its_calendar_entry(client):
    event = make_event(
        title="Rencontre d’Arras", venue_name="Hôtel de ville", venue_town="Arras", venue_postcode="62000",
        price="gratuit",
    )  # fmt: skip
    PageTheme.objects.create(page=event, theme=Theme.objects.create(name="Eau", slug="eau"))

    feed = read_json(client)
    [item], [line] = feed["dataFeedElement"], read_csv(client)

    assert feed["@type"] == "DataFeed"
    assert "etalab-2.0" in feed["license"]
    assert item["name"] == line["titre"] == "Rencontre d’Arras"
    assert item["identifier"] == line["identifiant"] == str(event.calendar_uid)
    assert item["startDate"] == line["debut"]
    assert item["url"] == line["page"] == event.full_url
    assert item["location"]["address"]["postalCode"] == line["code_postal"] == "62000"
    assert item["keywords"] == [line["themes"]] == ["Eau"]
    assert item["offers"]["availability"] == "https://schema.org/InStock"
    assert item["offers"]["price"] == "0"
    assert list(line) == list(COLUMNS)


def test_a_past_or_cancelled_event_is_no_offer(client):
    make_event(starts_at=NOW - timedelta(days=30), status=EventPage.Status.PLANNED)
    make_event(status=EventPage.Status.CANCELLED)

    items = read_json(client)["dataFeedElement"]

    assert [item.get("offers") for item in items] == [None, None]
    assert items[1]["eventStatus"] == "https://schema.org/EventCancelled"


@pytest.mark.parametrize("is_member", [False, True])
def test_an_event_for_members_is_in_neither_even_for_a_member(client, is_member):
    closed = make_event(title="Entre nous")
    PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.LOGIN)
    make_event(title="Pour tout le monde")
    if is_member:
        client.force_login(make_member().user)

    assert [item["name"] for item in read_json(client)["dataFeedElement"]] == ["Pour tout le monde"]
    assert [line["titre"] for line in read_csv(client)] == ["Pour tout le monde"]


def test_no_cell_is_a_formula(client):
    make_event(title='=HYPERLINK("https://example.org")')

    assert read_csv(client)[0]["titre"].startswith("'=")


def test_scripts_of_other_sites_may_read_them(client):
    for address in (IN_JSON, IN_CSV):
        answer = client.get(address)
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies


def test_the_agenda_leads_to_both(client):
    page = client.get("/agenda/").text

    assert f'href="{IN_CSV}"' in page
    assert (
        f'<link rel="alternate" type="application/json" title="Agenda, données ouvertes" href="{IN_JSON}">'
        in page
    )
    assert "Licence Ouverte 2.0" in page


@pytest.mark.parametrize("address", [IN_JSON, IN_CSV])
def test_they_ask_the_same_queries_with_one_event_and_with_thirty(
    client, address, django_assert_max_num_queries
):
    counts = []
    for number in (1, 29):
        for _time in range(number):
            make_event(sessions=[make_session(), make_session()])
        with django_assert_max_num_queries(12) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts[1] <= counts[0]
