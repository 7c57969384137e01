"""Rows stored before the rule for typed text: migrations clean them."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import CharField, Value

from directory.models import Member, User
from events.models import Registration
from home.forms.typed_rows import clean_rows
from home.mail import outbox
from home.models import OutgoingEmail, Subscriber
from home.newsletter import subscriptions
from tests.builders import (
    NOW,
    make_event,
    make_home,
    make_member,
    make_registration,
    make_session,
)

pytestmark = pytest.mark.django_db

#: As a row was written: a zero-width space, a soft hyphen, a no-break space.
NAME, ADDRESS = "Ma\u200brie\u00a0Le\u00ad Goff", "marie\u200b@xn--cole-9oa.fr"


def migrate(name):
    import_module(name).clean(apps, None)


@pytest.fixture
def registration():
    make_home()
    event = make_event(slug="rencontre", sessions=[make_session()])
    row = make_registration(event, *event.sessions.all())
    Registration.objects.filter(pk=row.pk).update(
        name=NAME, name_key="goff le marie", email=ADDRESS, organisation="Mairie\n"
    )
    return row


def test_a_registration_is_found_by_the_name_and_address_of_today(registration):
    migrate("events.migrations.0009_cleaned_names")

    registration.refresh_from_db()
    assert (registration.name, registration.email) == ("Marie Le Goff", "marie@école.fr")
    assert (registration.organisation, registration.name_key) == ("Mairie", "goff le marie")


def test_a_key_of_before_follows_the_rule_with_its_messages(registration):
    rows = Registration.objects.filter(pk=registration.pk)
    rows.update(name="M. Le Goff", name_key="goff le", email="mairie@example.org")
    message = outbox.put("mairie@example.org", kind="confirmation", subject="x", text="x")
    messages = OutgoingEmail.objects.filter(pk=message.pk)
    messages.update(name_key="goff le", dedup_key=f"confirmation:{registration.uuid}")

    migrate("events.migrations.0009_cleaned_names")

    assert rows.get().name_key == messages.get().name_key == "goff le m"


def test_a_row_that_would_equal_another_one_stays(registration):
    colleague = make_registration(
        registration.event,
        *registration.event.sessions.all(),
        name="Marie Le Goff",
        email="marie@école.fr",
    )

    migrate("events.migrations.0009_cleaned_names")

    registration.refresh_from_db()
    assert registration.email == ADDRESS
    assert Registration.objects.get(pk=colleague.pk).email == "marie@école.fr"


def test_an_account_keeps_its_address_as_its_own():
    make_home()
    member = make_member()
    User.objects.filter(pk=member.user_id).update(first_name="Ma\u00adrie")
    User.objects.filter(pk=member.user_id).update(email=Value(ADDRESS, CharField()))
    EmailAddress.objects.filter(user=member.user_id).update(email=ADDRESS)
    Member.objects.filter(pk=member.pk).update(last_name="Le\u00a0Goff")

    migrate("directory.migrations.0015_cleaned_names")

    member.refresh_from_db()
    assert (member.user.email, member.user.first_name) == ("marie@école.fr", "Marie")
    assert EmailAddress.objects.get(user=member.user).email == "marie@école.fr"
    assert member.last_name == "Le Goff"


def test_a_subscriber_is_found_and_an_empty_text_is_never_written():
    subscriptions.subscribe(email="abonnee@example.org", source="/lettre/", at=NOW)
    rows = Subscriber.objects.filter(email="abonnee@example.org")
    rows = Subscriber.objects.filter(pk=rows.get().pk)
    rows.update(email=ADDRESS)

    migrate("home.migrations.0011_cleaned_addresses")
    assert rows.get().email == "marie@école.fr"

    rows.update(email="\u200b")
    clean_rows(Subscriber, addresses=["email"])
    assert rows.get().email == "\u200b"
