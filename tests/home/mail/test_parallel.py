"""At most one message: several requests for one address at the same moment. Requires concurrent writers: PostgreSQL."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.utils import timezone

from directory.membership import admission, referrals
from directory.models import User
from directory.section.data_copy_views import send_link
from home.mail import outbox
from home.models import OutgoingEmail
from home.newsletter.subscriptions import subscribe
from tests.builders import make_home, make_join_page, make_member, make_members_page
from tests.events.registration.test_parallel import all_at_once

TIMES = 5
EMAIL = "odile@example.org"


def ask_to_join() -> None:
    answers = {
        "email": EMAIL, "first_name": "Odile", "last_name": "Exemple", "organisation": "", "territory": None,
        "role": "", "reason": "", "letter": False,
    }  # fmt: skip
    admission.request_to_join(answers, charter_version="1", at=timezone.now())


def ask_for_the_letter() -> None:
    subscribe(email=EMAIL, source="essai", at=timezone.now())


def ask_for_a_copy() -> None:
    send_link(User.objects.get(email="awa@example.org"))


def ask_for_a_password() -> None:
    Client().post("/compte/mot-de-passe/oublie/", {"email": "awa@example.org"})


ASKS = [ask_to_join, ask_for_the_letter, ask_for_a_copy, ask_for_a_password]
ON_POSTGRESQL = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite in memory has one connection; set DATABASE_URL to run it on PostgreSQL",
    ),
]


def on_postgresql(test: Callable[..., None]) -> Callable[..., None]:
    for mark in ON_POSTGRESQL:
        test = mark(test)
    return test


@on_postgresql
@pytest.mark.parametrize("ask", ASKS)
def test_several_requests_at_once_send_one_message(ask):
    make_home()
    make_members_page()
    make_join_page()
    make_member(email="awa@example.org", password="un mot de passe assez long")

    all_at_once(lambda number: str(ask()), people=TIMES)

    assert OutgoingEmail.objects.count() == 1


@on_postgresql
def test_several_members_invite_a_person_at_once_and_one_message_is_sent():
    make_home()
    make_members_page()
    make_join_page()
    members = [make_member() for _number in range(TIMES)]
    colleague = {"first_name": "Odile", "last_name": "Exemple", "email": EMAIL, "word": ""}

    def invite(number: int) -> str:
        return str(
            referrals.invite_colleague(
                member=members[number], colleague=colleague, at=timezone.now()
            )
        )

    all_at_once(invite, people=TIMES)

    assert OutgoingEmail.objects.filter(recipient=EMAIL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_address_is_held_in_a_transaction_only():
    with pytest.raises(TransactionManagementError):
        outbox.had_enough(kind="essai", to=EMAIL)

    with transaction.atomic():
        assert not outbox.had_enough(kind="essai", to=EMAIL)
