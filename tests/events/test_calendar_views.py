import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import PageViewRestriction

from home.access import MEMBERS_GROUP
from tests.builders import make_agenda, make_event

pytestmark = pytest.mark.django_db


def test_the_calendar_of_an_event_answers_304_to_who_has_it(client, clock):
    """registration 39."""
    event = make_event(title="Rencontre", slug="rencontre", venue_name="La Machinerie")

    first = client.get("/agenda/rencontre/evenement.ics")
    again = client.get("/agenda/rencontre/evenement.ics", headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"LOCATION:La Machinerie\\, Amiens" in first.content
    assert f"UID:{event.calendar_uid}".encode() in first.content
    assert again.status_code == 304


def test_the_agenda_is_a_calendar_of_public_events_with_the_cancelled_ones(client, clock, member):
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
