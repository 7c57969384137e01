import re
from urllib.robotparser import RobotFileParser

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from events.models import CalendarSubscription, EventPage
from home.access import MEMBERS_GROUP
from tests.builders import (
    make_agenda,
    make_event,
    make_hidden_session,
    make_members_page,
    make_registration,
)

pytestmark = pytest.mark.django_db


def test_an_unchanged_event_calendar_answers_304(client, clock):
    """registration 39."""
    event = make_event(title="Rencontre", slug="rencontre", venue_name="La Machinerie")

    first = client.get("/agenda/rencontre/evenement.ics")
    again = client.get("/agenda/rencontre/evenement.ics", headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"LOCATION:La Machinerie\\, Amiens" in first.content
    assert f"UID:{event.calendar_uid}".encode() in first.content
    assert again.status_code == 304


def test_the_agenda_feed_has_public_events_and_cancelled_ones(client, clock, member):
    """registration 7, registration 39."""
    make_agenda()
    make_event(title="Publique")
    make_event(title="Abandonnée", status="cancelled")
    make_event(title="Brouillon", live=False)
    make_event(title="Copie", starts_at=None)
    secret = make_event(title="Secrète")
    restriction = PageViewRestriction.objects.create(page=secret, restriction_type="groups")
    restriction.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    client.force_login(member)

    for visitor in (client, Client()):
        text = visitor.get("/agenda/calendrier.ics").content.decode()
        summaries = sorted(re.findall(r"SUMMARY:(.*)\r", text))
        assert summaries == ["Annulé : Abandonnée", "Publique"]
        assert text.count("STATUS:CANCELLED") == 1
    assert Client().get(f"/agenda/{secret.slug}/evenement.ics").status_code == 404
    assert client.get(f"/agenda/{secret.slug}/evenement.ics").status_code == 200


def make_secret_event() -> EventPage:
    secret = make_event(title="Secrète", slug="secrete")
    restriction = PageViewRestriction.objects.create(page=secret, restriction_type="groups")
    restriction.groups.add(Group.objects.get(name=MEMBERS_GROUP))
    return secret


def test_a_member_subscribes_to_the_whole_agenda_until_the_address_is_closed(client, clock, member):
    """registration 39."""
    make_agenda()
    make_members_page()
    make_event(title="Publique")
    make_secret_event()
    client.force_login(member)

    opened = client.post("/inscriptions/agenda/")
    address = CalendarSubscription.objects.get().address
    feed = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": feed["ETag"]})
    client.post("/inscriptions/agenda/", {"fermer": "1"})
    closed = Client().get(address)

    assert opened["Location"] == "/membres/inscriptions/#agenda-personnel"
    assert sorted(re.findall(r"SUMMARY:(.*)\r", feed.content.decode())) == ["Publique", "Secrète"]
    assert "private" in feed["Cache-Control"]
    assert "no-store" in feed["Cache-Control"]
    assert (feed["X-Robots-Tag"], feed["Referrer-Policy"]) == ("noindex", "no-referrer")
    assert (again.status_code, closed.status_code) == (304, 404)


def test_a_new_address_closes_the_first(client, clock, member):
    """registration 39 and A48: replacing an address that others know."""
    make_agenda()
    client.force_login(member)
    client.post("/inscriptions/agenda/")
    first = CalendarSubscription.objects.get().address

    client.post("/inscriptions/agenda/")

    second = CalendarSubscription.objects.get().address
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    assert Client().get(second.replace(".ics", "x.ics")).status_code == 404


def test_a_former_members_address_no_longer_works(client, clock, member):
    make_agenda()
    client.force_login(member)
    client.post("/inscriptions/agenda/")
    address = CalendarSubscription.objects.get().address
    member.groups.clear()

    assert Client().get(address).status_code == 404
    assert client.post("/inscriptions/agenda/").status_code == 403
    assert Client().post("/inscriptions/agenda/").status_code == 403
    assert client.get("/inscriptions/agenda/").status_code == 405


def test_googles_calendar_may_read_an_address_that_it_was_given(client, clock):
    """Others of the registrants' addresses stay closed to robots."""
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())

    assert rules.can_fetch("Google-Calendar-Importer", reverse("member_calendar", args=["token"]))
    assert not rules.can_fetch("Google-Calendar-Importer", "/inscriptions/token/")


def test_a_feed_is_read_where_it_stands_and_an_event_is_a_file(client, clock, member):
    """K11: a program that subscribes must not be given a file to save."""
    make_agenda()
    make_event(slug="rencontre")
    client.force_login(member)
    client.post("/inscriptions/agenda/")

    feeds = ["/agenda/calendrier.ics", CalendarSubscription.objects.get().address]
    event = client.get("/agenda/rencontre/evenement.ics")

    assert [Client().get(feed).headers.get("Content-Disposition") for feed in feeds] == [None, None]
    assert event["Content-Disposition"] == 'attachment; filename="rencontre.ics"'


def test_the_agenda_offers_its_feed_to_every_calendar(client, clock):
    make_agenda()

    page = client.get("/agenda/").content.decode()

    assert 'href="webcal://testserver/agenda/calendrier.ics"' in page
    assert "<code>http://testserver/agenda/calendrier.ics</code>" in page


def test_a_member_finds_their_own_seat_in_their_feed_once(client, clock, member):
    """K11: one event has one UID for one person. A colleague registered with the same account is not them."""
    make_agenda()
    make_members_page()
    client.force_login(member)
    client.post("/inscriptions/agenda/")
    event = make_event(title="Publique")
    session = make_hidden_session(event)
    colleague = make_registration(
        event, session, user=member, name="Une collègue", email="c@exemple.fr"
    )
    address = CalendarSubscription.objects.get().address
    before = Client().get(address).content.decode()
    mine = make_registration(
        event, session, user=member, name=member.get_full_name(), email=member.email
    )

    feed = Client().get(address).content.decode()

    assert f"UID:{event.calendar_uid}" in before
    assert re.findall(r"UID:(.*)\r", feed) == [str(mine.calendar_uid)]
    assert str(colleague.calendar_uid) not in feed


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_an_event_without_a_firm_date_is_not_offered_for_a_calendar(client, clock, status):
    make_agenda()
    event = make_event(slug="rencontre")
    offered = client.get(event.url).content.decode()
    event.status = status
    event.save()

    page = client.get(event.url).content.decode()

    assert "Ajouter à mon agenda" in offered
    assert "Ajouter à mon agenda" not in page
