"""Rows written by the outbox: bodies, headers, addresses, attachments."""

import email
from collections.abc import Callable
from email.policy import default
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, mail_admins, send_mail
from django.db import transaction
from wagtail.models import Site

from home.mail import delivery
from home.mail.outbox import Attachment
from home.models import OutgoingEmail, SiteSettings
from tests.home.mail.message import write

pytestmark = pytest.mark.django_db

State = OutgoingEmail.State


def test_send_writes_text_and_html_and_sends_once(outbox: Callable, sent: list) -> None:
    row = write()

    assert outbox() == [row]
    row.refresh_from_db()
    assert (row.state, row.attempts, row.subject) == (State.SENT, 1, "Bonjour Élise d’<Arras>")
    assert row.text == "L’accès de Élise d’<Arras> : http://localhost:8000/x/\n"
    assert "<p>Accès de Élise d’&lt;Arras&gt;</p>" in row.html
    assert [(m.to, m.subject, m.body, m.extra_headers["Message-ID"]) for m in sent] == [
        (["elise@example.org"], row.subject, row.text, row.message_id)
    ]


def test_the_site_signs_its_messages(sent: list, settings: Any) -> None:
    SiteSettings.objects.create(site=Site.objects.get(), name="Réseau, région")
    write()
    settings.DEFAULT_FROM_EMAIL = "Notre équipe <equipe@example.org>"
    write()

    headers = [
        email.message_from_bytes(message.message().as_bytes(), policy=default)["From"]
        for message in sent
    ]
    assert [(h.addresses[0].display_name, h.addresses[0].addr_spec) for h in headers] == [
        ("Réseau, région", "reseau@example.org"),
        ("Notre équipe", "equipe@example.org"),
    ]


def test_send_makes_an_html_version_of_a_text_message() -> None:
    row = write(template="essai/seul")

    assert 'href="https://example.org/a?b=1&amp;c=2"' in row.html
    assert "&lt;b&gt;" in row.html
    assert "<p>À bientôt</p>" in row.html


def test_send_twice_with_one_key_is_one_message(outbox: Callable, sent: list) -> None:
    """registration 73."""
    first = write(dedup_key="rappel:1")
    second = write(dedup_key="rappel:1", to="autre@example.org")

    assert second == first
    assert outbox() == [first]
    assert len(sent) == 1


def test_send_in_a_transaction_that_fails_writes_nothing(outbox: Callable) -> None:
    def verb() -> None:
        with transaction.atomic():
            write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        verb()

    assert outbox() == []


@pytest.mark.parametrize(
    "subject", ["Bonjour\r\nBcc: v@x.fr", "Bonjour\u2028Bcc: v@x.fr", "Bonjour\x85Bcc: v@x.fr"]
)
def test_a_line_break_in_a_subject_never_adds_a_header(subject: str, sent: list) -> None:
    write(
        context={"name": subject.removeprefix("Bonjour"), "link": ""},
        reply_to="a@x.fr\r\nBcc: v@x.fr",
    )

    message = sent[0].message()
    assert message["Bcc"] is None
    assert sent[0].subject == "Bonjour Bcc: v@x.fr"
    assert sent[0].recipients() == ["elise@example.org"]
    assert message["Reply-To"] == "a@x.fr Bcc: v@x.fr"


def test_a_bad_address_gives_a_failed_row_that_is_not_sent(outbox: Callable, sent: list) -> None:
    write(to="a@b.fr\nBcc: x@y.fr")

    [row] = outbox()
    assert (row.state, row.recipient, row.due_at) == (State.FAILED, "a@b.fr Bcc: x@y.fr", None)
    assert row.last_error.startswith("Adresse refusée")
    assert sent == []


def test_a_secret_is_blanked_once_sent_and_not_before(
    outbox: Callable, sent: list, mail_down: None, settings: Any
) -> None:
    write(secret=True)
    [waiting] = outbox()
    assert "http://localhost:8000/x/" in waiting.text

    settings.DELIVERY = {
        "backend": "django.core.mail.backends.locmem.EmailBackend",
        "options": {},
    }
    delivery.deliver(waiting.pk)

    [row] = outbox()
    assert (row.text, row.html, row.state) == ("", "", State.SENT)
    assert row.blanked_at == row.sent_at
    assert "http://localhost:8000/x/" in sent[0].body


def test_an_attached_calendar_keeps_its_method(sent: list) -> None:
    calendar = Attachment(
        "événement.ics",
        b"BEGIN:VCALENDAR\r\n",
        "text/calendar; method=PUBLISH; charset=utf-8",
    )

    write(attachments=[calendar])

    parsed = email.message_from_bytes(sent[0].message().as_bytes(), policy=default)
    [part] = [part for part in parsed.walk() if part.get_content_type() == "text/calendar"]
    assert part["Content-Type"].params["method"] == "PUBLISH"
    assert part.get_filename() == "événement.ics"
    assert part.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\n"


# Messages of allauth, Wagtail and Django


def test_a_message_of_another_package_becomes_one_row_per_recipient(outbox: Callable) -> None:
    message = EmailMultiAlternatives(
        "Objet", "Bonjour", to=["A@example.org"], cc=["b@example.org"], reply_to=["c@example.org"]
    )
    message.attach("liste.csv", "a;b", "text/csv")

    message.send()

    rows = outbox()
    assert [(r.recipient, r.state, r.secret, r.text) for r in rows] == [
        ("a@example.org", State.SENT, True, ""),
        ("b@example.org", State.SENT, True, ""),
    ]
    assert len({row.message_id for row in rows}) == 2


def test_a_text_message_of_another_package_is_sent_with_html(sent: list) -> None:
    send_mail("Objet", "Votre code : ABCD", None, ["a@example.org"])

    [alternative] = sent[0].alternatives
    assert alternative.mimetype == "text/html"
    assert "Votre code : ABCD" in alternative.content


def test_an_html_message_of_another_package_is_sent_with_text(sent: list, settings: Any) -> None:
    settings.ADMINS = [("Admin", "admin@example.org")]

    send_mail("Objet", "", None, ["a@example.org"], html_message="<p>Bonjour</p>")
    message = EmailMultiAlternatives("Objet", "<h1>Un</h1>\n<p>deux</p>", to=["a@example.org"])
    message.content_subtype = "html"
    message.send()
    mail_admins("Objet", "Texte")

    assert sent[1].body == "Un\ndeux\n"
    assert len(sent) == 3
