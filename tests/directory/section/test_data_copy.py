import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote_plus

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from directory.models import Bookmark, ContactBlock
from home.models import Theme
from home.newsletter import subscriptions
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


def link_of(member, sent, client=None):
    """Press the button and return the link in the e-mail."""
    (client or client_of(member)).post(COPY)
    [message] = [one for one in sent if one.to == [member.user.email]][-1:]
    return re.search(rf"http://localhost:8000({COPY}\?lien=\S+)", message.body).group(1)


def copy_of(member, sent):
    answer = client_of(member).get(link_of(member, sent))
    assert answer["Cache-Control"] == "private, no-store"
    return zipfile.ZipFile(BytesIO(answer.content))


def test_the_copy_contains_all_tables_about_the_user_and_nobody_else(sent):
    """members 59: all tables about the user, in a ZIP generated on request and not stored."""
    theme = Theme.objects.create(name="Eau", slug="eau")
    me = make_member(
        first_name="Awa",
        last_name="Membre",
        email="awa@example.org",
        presentation="Bonjour",
        themes=[theme],
    )
    other = make_member(first_name="Zoé", last_name="Autre", email="zoe@example.org")
    subscriptions.subscribe(email="awa@example.org", source="/lettre/", at=NOW)
    event = make_event(sessions=[make_session()])
    make_registration(event, *event.sessions.all(), name="Membre Awa", email="awa@example.org")
    make_registration(event, name="Zoé", email="zoe@example.org", user=other.user)
    Bookmark.objects.create(user=me.user, page=event)
    make_message(sender=other.user, recipient=me.user, subject="Pour Awa")
    make_message(sender=other.user, recipient=me.user, subject="Refusé", delivered=False)
    ContactBlock.objects.create(by=other.user, blocked=me.user)

    archive = copy_of(me, sent)

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
    assert [row["name"] for row in data["events-registration"]] == ["Membre Awa"]
    assert set(archive.namelist()) == {"donnees.json", *(f"{name}.csv" for name in data)}
    assert "zoe@example.org" not in archive.read("donnees.json").decode()


def test_the_copy_contains_no_secret_and_requires_the_password(sent):
    """members 59: the password is required again before the link is sent by e-mail."""
    me = make_member(password="Une-phrase-assez-longue")

    client = client_of(me)
    refused, unsent = client.get(COPY), client.post(COPY)
    assert (refused["Location"], unsent["Location"]) == (
        f"/compte/identite/?next={quote_plus(COPY)}",
        COPY,
    )
    assert sent == []
    client.post("/compte/identite/", {"password": "Une-phrase-assez-longue"})
    link = link_of(me, sent, client)
    text = zipfile.ZipFile(BytesIO(client.get(link).content)).read("donnees.json").decode()

    assert me.user.password not in text
    assert client.session.session_key not in text


def test_the_page_of_ones_data_offers_the_copy():
    client = client_of(make_member())

    assert f'href="{COPY}"' in client.get("/membres/mes-donnees/").content.decode()
    assert "Recevoir le lien" in client.get(COPY).content.decode()
    assert "Un lien vient de partir" in client.get(f"{COPY}?envoye=1").content.decode()


def test_the_link_expires_after_two_days_and_is_refused_to_other_users(sent, time_machine):
    """members 59: a session is not enough, even without a password. Another user's link is a 404."""
    time_machine.move_to(NOW, tick=False)
    me, other = make_member(email="awa@example.org"), make_member()
    link = link_of(me, sent)
    visits = [client_of(me).get(COPY), client_of(other).get(link), Client().get(link)]
    visits += [client_of(me).get(COPY, {"lien": token}) for token in ("", "1:1:1", "é")]
    time_machine.move_to(NOW + timedelta(hours=48), tick=False)
    last = client_of(me).get(link)
    time_machine.move_to(NOW + timedelta(hours=48, seconds=1), tick=False)
    dead = client_of(me).get(link)

    assert [one.status_code for one in visits] == [200, 404, 302, 404, 404, 404]
    assert visits[2]["Location"].startswith("/compte/connexion/?next=")
    assert "application/zip" not in {one["Content-Type"] for one in visits}
    assert (last.status_code, dead.status_code) == (200, 404)
    assert "Ce lien ne sert plus" in dead.content.decode()
    assert "Recevoir le lien" in dead.content.decode()


def test_pressing_the_button_many_times_sends_one_email(outbox):
    """A17: a session cannot be used to flood a mailbox."""
    client = client_of(make_member())

    answers = [client.post(COPY)["Location"] for _press in range(3)]

    assert answers == [f"{COPY}?envoye=1"] * 3
    assert len(outbox()) == 1


def test_the_copy_contains_the_photo(sent):
    me = make_member()
    me.photo.save("photo.jpg", ContentFile(b"jpeg"))

    assert copy_of(me, sent).read("photo.jpg") == b"jpeg"
