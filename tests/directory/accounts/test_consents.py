"""Consents of a member, given and withdrawn, with the date of each decision."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from directory.membership import admission
from directory.models import Agreement, JoinRequest, Member, User
from home.models import Consent, Subscriber
from home.newsletter import subscriptions
from tests.builders import NOW, make_member, make_members_page

pytestmark = pytest.mark.django_db

PHONE = "06 11 22 33 44"
DATA, CARD = "/membres/mes-donnees/", "/membres/ma-fiche/"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_members_page()
    return time_machine


@pytest.fixture
def member():
    return make_member(first_name="Awa", last_name="Membre", email="awa@example.org")


@pytest.fixture
def owner(member, client):
    client.force_login(member.user)
    return client


def decisions(client):
    return [
        (row.at - NOW, row.text, row.words, row.version, row.source)
        for row in client.get(DATA).context["decisions"]
    ]


def save_card(client, **changed):
    return client.post(
        CARD, {"first_name": "Awa", "last_name": "Membre", "phone": PHONE, **changed}
    )


def test_a_field_shown_then_hidden_makes_two_dated_rows_and_is_hidden_at_once(owner, member, clock):
    """members 61."""
    colleague = Client()
    colleague.force_login(make_member().user)
    card = f"/membres/annuaire/{member.slug}/"

    for _twice in range(2):
        save_card(owner, montrer_phone="on")
    assert PHONE in colleague.get(card).content.decode()
    clock.move_to(NOW + timedelta(days=2), tick=False)
    save_card(owner)

    text, version = "Montrer aux autres membres\u00a0: téléphone", "2026-11"
    assert decisions(owner) == [
        (timedelta(days=2), text, "retiré", version, "ma fiche"),
        (timedelta(0), text, "donné", version, "ma fiche"),
    ]
    assert "<dt>Téléphone</dt>" not in colleague.get(card).content.decode()


def test_subscribing_then_unsubscribing_makes_two_dated_rows_and_sending_stops(owner, clock):
    """members 61."""
    owner.post(DATA, {"lettre": "recevoir"})
    [consent] = Consent.objects.all()
    assert decisions(owner)[0][2] == "donné, à confirmer par e-mail"
    subscriptions.confirm(consent, at=NOW)
    assert Subscriber.objects.active().count() == 1
    clock.move_to(NOW + timedelta(days=3), tick=False)
    owner.post(DATA, {"lettre": "arreter"})

    source, version = "espace membres, mes données", subscriptions.CONSENT_VERSION
    assert decisions(owner) == [
        (timedelta(days=3), "Recevoir la lettre", "retiré", version, source),
        (timedelta(0), "Recevoir la lettre", "donné", version, source),
    ]
    assert Subscriber.objects.active().count() == 0
    assert ">4 juin 2026</td>" in owner.get(DATA).content.decode()


def test_agreement_to_the_charter_has_the_date_of_the_request_and_the_version():
    request = JoinRequest.objects.create(
        first_name="Awa",
        last_name="Membre",
        email="awa@example.org",
        reason="Venir",
        charter_version="3",
        state="confirmed",
        sent_at=NOW - timedelta(days=1),
        confirmed_at=NOW,
    )

    admission.admit(request, by=User.objects.create_superuser("a@example.org"), at=timezone.now())

    [row] = Agreement.objects.all()
    assert (row.user.email, row.subject, row.given, row.text_version, row.source, row.at) == (
        "awa@example.org",
        "charter",
        True,
        "3",
        "demande d’adhésion",
        NOW - timedelta(days=1),
    )


def test_nobody_reads_or_changes_the_agreements_of_another_member(owner, member):
    """A34."""
    other = make_member(email="zoe@example.org")
    other_client = Client()
    other_client.force_login(other.user)
    save_card(owner, montrer_phone="on")
    subscriptions.subscribe(email="awa@example.org", source="/lettre/", at=NOW)
    subscriptions.confirm(Consent.objects.get(), at=NOW)

    other_client.post(DATA, {"lettre": "arreter"})

    assert decisions(other_client) == []
    assert Subscriber.objects.active().count() == 1
    assert Member.objects.get(pk=member.pk).phone == PHONE
