import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from home.models import Consent, Subscriber
from home.newsletter import subscriptions
from home.newsletter.links import (
    CONFIRM_WITHIN,
    confirmation_token,
    consent_of,
    leaving_token,
    subscriber_of,
)

pytestmark = pytest.mark.django_db

ADDRESS = "elise@example.org"


def ask() -> Consent:
    subscriptions.subscribe(email=ADDRESS, source="/lettre/", at=timezone.now())
    return Consent.objects.last()


def become_subscriber() -> Subscriber:
    subscriptions.confirm(ask(), at=timezone.now())
    return Subscriber.objects.get()


def later(**delta: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**delta))


def test_subscribe_records_the_text_and_sends_a_confirmation_request(sent: list) -> None:
    consent = ask()

    assert (consent.text, consent.source, consent.confirmed_at) == (
        subscriptions.CONSENT_TEXT,
        "/lettre/",
        None,
    )
    assert list(Subscriber.objects.active()) == []
    [message] = sent
    assert message.to == [ADDRESS]
    [token] = re.findall(r"http://localhost:8000/lettre/confirmer/([^/]+)/", message.body)
    assert consent_of(token) == consent


def test_subscribe_twice_in_a_quarter_of_an_hour_sends_one_message(sent: list) -> None:
    ask()
    ask()
    with later(minutes=16):
        ask()

    assert len(sent) == 2
    assert Subscriber.objects.count() == 1


def test_confirm_subscribes_once(sent: list) -> None:
    consent = ask()

    for _ in range(2):
        subscriptions.confirm(consent, at=timezone.now())

    assert [s.email for s in Subscriber.objects.active()] == [ADDRESS]
    assert [message.subject for message in sent] == [
        "Confirmez votre abonnement à la lettre",
        "Vous êtes abonné·e à la lettre",
    ]
    headers = sent[1].extra_headers
    [token] = re.findall(
        r"<http://localhost:8000/lettre/quitter/([^/]+)/>", headers["List-Unsubscribe"]
    )
    assert subscriber_of(token) == Subscriber.objects.get()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_two_pending_requests_send_one_welcome_message(sent: list) -> None:
    first = ask()
    with later(minutes=16):
        second = ask()
        for consent in (first, second):
            subscriptions.confirm(consent, at=timezone.now())

    assert [m.subject for m in sent].count("Vous êtes abonné·e à la lettre") == 1


def test_a_subscriber_who_subscribes_again_is_told_by_mail(sent: list) -> None:
    become_subscriber()
    with later(minutes=16):
        ask()

    assert sent[-1].subject == "Vous recevez déjà la lettre"
    assert Consent.objects.count() == 1


def test_leave_unsubscribes_and_dates_the_consent(sent: list) -> None:
    subscriber = become_subscriber()

    for _ in range(2):
        subscriptions.leave(subscriber, at=timezone.now())

    subscriber.refresh_from_db()
    assert subscriber.is_active is False
    assert subscriber.consents.get().left_at == subscriber.left_at
    assert [m.subject for m in sent][2:] == ["Vous ne recevrez plus la lettre"]


def test_an_old_confirmation_does_not_resubscribe_someone_who_left() -> None:
    subscriber = become_subscriber()
    token = confirmation_token(subscriber.consents.get())
    subscriptions.leave(subscriber, at=timezone.now())

    assert consent_of(token) is None


def test_someone_who_left_may_subscribe_again_with_a_new_consent() -> None:
    subscriptions.leave(become_subscriber(), at=timezone.now())
    with later(minutes=16):
        become_subscriber()

    subscriber = Subscriber.objects.get()
    assert subscriber.is_active
    assert [bool(consent.left_at) for consent in subscriber.consents.all()] == [True, False]


def test_a_token_serves_one_purpose_only() -> None:
    """A48."""
    consent = ask()
    confirming, leaving = confirmation_token(consent), leaving_token(consent.subscriber)

    assert subscriber_of(confirming) is None
    assert consent_of(leaving) is None
    assert [consent_of(bad) for bad in ("", "abc", confirming[:-1], "1:x:y")] == [None] * 4


def test_a_confirmation_expires() -> None:
    token = confirmation_token(ask())

    with time_machine.travel(timezone.now() + CONFIRM_WITHIN + timedelta(minutes=1)):
        assert consent_of(token) is None


def test_a_request_survives_a_mail_server_that_is_down(mail_down: None, outbox: Callable) -> None:
    consent = ask()

    [row] = outbox()
    assert (row.recipient, row.state) == (ADDRESS, "failed")
    assert confirmation_token(consent)[:4] in row.text
