import json
import zipfile
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from directory.models import Bookmark, ContactBlock
from home import subscribing
from home.models import Theme
from tests.builders import (
    NOW,
    make_event,
    make_member,
    make_members_page,
    make_message,
    make_registration,
    make_session,
)

pytestmark = pytest.mark.django_db

COPY = "/membres/mes-donnees/copie/"


@pytest.fixture(autouse=True)
def section():
    return make_members_page()


def client_of(member):
    client = Client()
    client.force_login(member.user)
    return client


def copy_of(member):
    answer = client_of(member).get(COPY)
    assert answer["Cache-Control"] == "private, no-store"
    return zipfile.ZipFile(BytesIO(answer.content))


def test_the_copy_holds_every_table_in_which_one_appears_and_nobody_else():
    """members 59: all tables where I appear. It is made at once and kept nowhere: no link that could live on."""
    theme = Theme.objects.create(name="Eau", slug="eau")
    me = make_member(
        first_name="Awa",
        last_name="Membre",
        email="awa@example.org",
        presentation="Bonjour",
        themes=[theme],
    )
    other = make_member(first_name="Zoé", last_name="Autre", email="zoe@example.org")
    subscribing.subscribe(email="awa@example.org", source="/lettre/", at=NOW)
    event = make_event(sessions=[make_session()])
    make_registration(event, *event.sessions.all(), name="Awa", email="awa@example.org")
    make_registration(event, name="Zoé", email="zoe@example.org", user=other.user)
    Bookmark.objects.create(user=me.user, page=event)
    make_message(sender=other.user, recipient=me.user, subject="Pour Awa")
    make_message(sender=other.user, recipient=me.user, subject="Refusé", delivered=False)
    ContactBlock.objects.create(by=other.user, blocked=me.user)

    archive = copy_of(me)

    data = json.loads(archive.read("donnees.json"))
    assert set(data) >= {
        "compte", "directory-member", "directory-bookmark", "directory-contactmessage",
        "events-registration", "events-seat", "home-subscriber", "home-consent",
        "account-emailaddress",
    }  # fmt: skip
    assert "directory-contactblock" not in data
    assert [row["presentation"] for row in data["directory-member"]] == ["Bonjour"]
    assert data["directory-member"][0]["themes"] == ["Eau"]
    assert [row["subject"] for row in data["directory-contactmessage"]] == ["Pour Awa"]
    assert [row["name"] for row in data["events-registration"]] == ["Awa"]
    assert set(archive.namelist()) == {"donnees.json", *(f"{name}.csv" for name in data)}
    assert "zoe@example.org" not in archive.read("donnees.json").decode()


def test_the_copy_opens_no_door():
    me = make_member(password="Une-phrase-assez-longue")

    client = client_of(me)
    refused = client.get(COPY)
    client.post("/compte/identite/", {"password": "Une-phrase-assez-longue"})
    text = zipfile.ZipFile(BytesIO(client.get(COPY).content)).read("donnees.json").decode()

    assert refused["Location"].startswith("/compte/identite/?next=")  # members 59: asked again
    assert me.user.password not in text
    assert client.session.session_key not in text


def test_the_page_of_ones_data_offers_the_copy():
    assert (
        f'href="{COPY}"' in client_of(make_member()).get("/membres/mes-donnees/").content.decode()
    )


def test_the_photo_comes_along():
    me = make_member()
    me.photo.save("photo.jpg", ContentFile(b"jpeg"))

    assert copy_of(me).read("photo.jpg") == b"jpeg"
