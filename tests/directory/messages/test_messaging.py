from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.departures.retention import forget_messages
from directory.messages import messaging
from directory.models import ContactBlock, ContactMessage, User
from tests.builders import NOW, make_member, make_members_page, make_message, make_organisation

pytestmark = pytest.mark.django_db

WRITE = "/membres/annuaire/zoe-lit/ecrire/"


@pytest.fixture(autouse=True)
def section():
    return make_members_page()


@pytest.fixture
def author():
    return make_member(first_name="Awa", last_name="Écrit", email="awa@example.org")


@pytest.fixture
def reader():
    return make_member(first_name="Zoé", last_name="Lit", email="zoe@example.org")


def client_of(member):
    client = Client()
    client.force_login(member.user)
    return client


def post(client, address=WRITE, **fields):
    return client.post(address, {"subject": "Bonjour", "text": "L’eau & l’air"} | fields)


def test_a_message_is_sent_and_neither_address_is_shown(author, reader, sent):
    """members 40."""
    answer = post(client_of(author), text="Voir <b>ceci</b> & cela")

    [message] = sent
    whole = message.message().as_string() + message.body + message.alternatives[0].content
    assert (answer.status_code, answer["Location"]) == (302, f"{WRITE}?envoye=1")
    assert message.to == ["zoe@example.org"]
    assert message.subject == "Awa Écrit vous écrit\u00a0: Bonjour"
    assert "Voir <b>ceci</b> & cela" in message.body
    assert "Voir &lt;b&gt;ceci&lt;/b&gt; &amp; cela" in message.alternatives[0].content
    assert "awa@example.org" not in whole
    assert "zoe@example.org" not in message.body + message.alternatives[0].content
    assert "Reply-To" not in message.message()
    assert "/membres/annuaire/awa-ecrit/ecrire/" in message.body


@pytest.mark.parametrize("end", ["\r\n", "\n", "\u2028", "\x0b"])
def test_a_subject_cannot_add_a_header(author, reader, sent, end):
    """members 39; A24."""
    answer = post(client_of(author), subject=f"a{end}Bcc: v@x.fr")

    [message] = sent
    assert answer.status_code == 302
    assert message.subject.endswith("a Bcc: v@x.fr")
    assert "Bcc" not in message.message()


def test_a_sixth_new_contact_in_a_day_is_refused_and_the_text_is_kept(author, reader, sent):
    """members 41; A47."""
    others = [make_member() for _number in range(5)]
    client = client_of(author)
    for other in others:
        post(client, f"/membres/annuaire/{other.slug}/ecrire/")

    answer = post(client, text="Un texte long")

    assert answer.status_code == 429
    assert "Vous avez écrit à cinq nouvelles personnes" in answer.content.decode()
    assert "Un texte long" in answer.content.decode()
    assert len(sent) == 5
    assert post(client, f"/membres/annuaire/{others[0].slug}/ecrire/").status_code == 302


def test_earlier_contacts_are_not_counted_as_new(author, reader):
    known = [make_member() for _number in range(6)]
    now = timezone.now()
    for other in known:
        make_message(sender=author.user, recipient=other.user, sent_at=now - timedelta(days=3))
    for other in known:
        messaging.write_message(sender=author, recipient=other, subject="a", text="b", at=now)

    messaging.write_message(sender=author, recipient=reader, subject="a", text="b", at=now)

    assert ContactMessage.objects.filter(sent_at=now).count() == 7


def test_a_member_can_send_thirty_messages_a_day(author, reader):
    for _number in range(messaging.MESSAGES):
        make_message(sender=author.user, recipient=reader.user, sent_at=NOW)

    with pytest.raises(messaging.TooManyMessages, match="30 messages"):
        messaging.write_message(sender=author, recipient=reader, subject="a", text="b", at=NOW)


def test_a_blocked_sender_gets_the_usual_answer_and_nothing_is_sent(author, reader, sent):
    """members 41: the sender sees the usual confirmation."""
    ContactBlock.objects.create(by=reader.user, blocked=author.user)

    answer = post(client_of(author))

    assert (answer.status_code, answer["Location"]) == (302, f"{WRITE}?envoye=1")
    assert sent == []
    assert client_of(reader).get("/membres/messages/").context["rows"].count() == 0


def test_a_recipient_blocks_and_unblocks_a_sender(author, reader):
    message = make_message(sender=author.user, recipient=reader.user)
    client, address = client_of(reader), f"/membres/messages/{message.uuid}/"

    client.post(address, {"geste": "bloquer"})
    blocked = client.get(address).content.decode()
    client.post(address, {"geste": "debloquer"})

    assert "Vous ne recevez plus les messages de cette personne." in blocked
    assert not ContactBlock.objects.exists()


@pytest.mark.ignore_template_errors  # Wagtail's own
def test_staff_read_reported_messages_only(author, reader, client):
    """A47: the report button."""
    message = make_message(sender=author.user, recipient=reader.user, text="Insulte")
    other = make_message(sender=author.user, recipient=reader.user, text="Secret")
    client_of(reader).post(f"/membres/messages/{message.uuid}/", {"geste": "signaler"})
    client.force_login(User.objects.create_superuser("admin@example.org"))
    base = "/admin/directory/contactmessage/"

    assert "1\u00a0message à lire" in client.get("/admin/").content.decode()
    assert "Insulte" in client.get(f"{base}inspect/{message.pk}/").content.decode()
    assert client.get(f"{base}inspect/{other.pk}/").status_code == 404
    client.post(f"{base}traiter/{message.pk}/")
    assert "message à lire" not in client.get("/admin/").content.decode()


def test_a_message_is_visible_to_its_recipient_only(author, reader):
    """members 35; A34."""
    message = make_message(sender=author.user, recipient=reader.user)
    address = f"/membres/messages/{message.uuid}/"

    answers = [
        (client.get(address).status_code, client.post(address, {"geste": "signaler"}).status_code)
        for client in (client_of(author), client_of(make_member()))
    ]

    assert answers == [(404, 404), (404, 404)]
    assert not ContactMessage.objects.reported().exists()


def test_nobody_can_write_to_oneself_an_organisation_or_a_former_member(author, reader):
    make_organisation("La Halle")
    reader.user.groups.clear()
    client = client_of(author)

    slugs = ("awa-ecrit", "la-halle", "zoe-lit")
    assert [post(client, f"/membres/annuaire/{slug}/ecrire/").status_code for slug in slugs] == [
        404
    ] * 3
    with pytest.raises(messaging.NobodyThere):
        messaging.write_message(sender=author, recipient=author, subject="a", text="b", at=NOW)


def test_the_outbox_does_not_show_the_text_to_staff(author, reader, outbox):
    post(client_of(author))

    [row] = outbox()
    assert (row.kind, row.secret) == ("message d’un membre", True)


def test_messages_cost_the_same_with_1_and_20(author, reader):
    client = client_of(reader)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/membres/messages/")
        return len(captured)

    make_message(sender=author.user, recipient=reader.user)
    queries()
    one = queries()
    for _number in range(19):
        make_message(sender=make_member().user, recipient=reader.user)

    assert queries() == one


def test_old_messages_are_deleted_except_reports_to_handle(author, reader):
    people = {"sender": author.user, "recipient": reader.user}
    old = NOW - timedelta(days=200)
    make_message(**people, sent_at=old)
    make_message(**people, sent_at=old, reported_at=old, handled_at=old)
    kept = [make_message(**people, sent_at=old, reported_at=old), make_message(**people)]

    forget_messages(NOW)

    assert set(ContactMessage.objects.all()) == set(kept)
