"""Thirty days after someone leaves, no table of the database names them."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from directory import emails
from directory.departures import leave
from directory.messages.messaging import write_message
from directory.models import (
    Bookmark,
    ColleagueInvitation,
    ContactMessage,
    Departure,
    JoinRequest,
    Member,
    Suppression,
    User,
)
from directory.models.inactivity_timetable import ERASED_AFTER, WARNED_AFTER, WARNED_AGAIN_AFTER
from events.models import Registration, RegistrationLogEntry
from events.registration import emails as event_emails
from home.batches import SomeFailed
from home.models import Consent, OutgoingEmail, PrivacyCheck
from home.newsletter import subscriptions
from site_cms.erasure import erase_departed, let_sleepers_go
from site_cms.site_tree import ensure_site
from tests.builders import (
    NOW,
    make_event,
    make_home,
    make_member,
    make_members_page,
    make_organisation,
    make_registration,
    make_session,
)

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=30)
EMAIL, NAME, SLUG = "awa.ndiaye@example.org", "Awa N’Diaye", "awa-n-diaye"
PASSWORD = "Une-phrase-bien-longue-7"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def awa():
    """A member who used all features of the site."""
    make_members_page()
    member = make_member(
        first_name="Awa", last_name="N’Diaye", email=EMAIL, password=PASSWORD, phone="06"
    )
    member.photo.save("photo.jpg", ContentFile(b"jpeg"))
    client = Client()
    client.post("/compte/connexion/", {"login": EMAIL, "password": PASSWORD})
    client.post("/compte/mot-de-passe/oublie/", {"email": EMAIL})
    live_in_the_section(member)
    live_in_the_events(member)
    live_in_the_back_office(member)
    return member


def live_in_the_section(member: Member) -> None:
    other = make_member(first_name="Zoé", last_name="Autre", email="zoe@example.org")
    write_message(
        sender=member,
        recipient=other,
        subject=f"De la part d’{NAME}",
        text=f"Écrivez-moi à {EMAIL.upper()}. {NAME}",
        at=NOW,
    )
    write_message(sender=other, recipient=member, subject="Bonjour", text=f"Chère {NAME}", at=NOW)
    Bookmark.objects.create(user=member.user, page=make_home())
    Authenticator.objects.create(user=member.user, type="totp", data={"secret": EMAIL})
    make_organisation("La Halle", email=EMAIL)
    UserProfile.objects.create(user=member.user, avatar=ContentFile(b"png", "avatar.png"))
    request = JoinRequest.objects.create(
        first_name="Awa",
        last_name="N’Diaye",
        email=EMAIL,
        reason="Venir",
        charter_version="1",
        state="admitted",
        decided_at=NOW,
        member=member,
    )
    log(instance=request, action="directory.refuse", data={"email": EMAIL})
    ColleagueInvitation.objects.create(
        by=other.user, first_name="Awa", last_name="N’Diaye", email=EMAIL, sent_at=NOW
    )
    emails.welcome(member, EMAIL)
    subscriptions.subscribe(email=EMAIL, source="/lettre/", at=NOW)
    subscriptions.confirm(Consent.objects.get(), at=NOW)


def live_in_the_events(member: Member) -> None:
    past = make_event(starts_at=NOW - timedelta(days=3), sessions=[make_session()])
    coming = make_event(
        starts_at=NOW + timedelta(days=90), sessions=[make_session(capacity=1)], waiting_list=True
    )
    by_address = make_registration(past, *past.sessions.all(), name=NAME, email=EMAIL)
    event_emails.registration_confirmed(by_address)
    held = make_registration(
        coming, *coming.sessions.all(), name=NAME, email=EMAIL, user=member.user
    )
    held.note(RegistrationLogEntry.Action.REGISTERED, by=member.user, now=NOW)
    log(instance=held, action="wagtail.edit")
    make_registration(
        coming, *coming.sessions.all(), waiting=True, name="Zoé", email="zoe@example.org"
    )


def live_in_the_back_office(member: Member) -> None:
    log(instance=member, action="wagtail.edit", user=member.user)
    log(instance=member.user, action="wagtail.edit")
    PrivacyCheck.objects.create(
        checked_at=NOW,
        addresses={"fiches": [f"/membres/annuaire/{SLUG}/", "/membres/annuaire/zoe-autre/"]},
        findings=[f"/membres/annuaire/{SLUG}/ : un constat."],
    )


def tables_naming(*words: str) -> set[str]:
    """Return the tables with a value that contains one of these words, ignoring case and JSON escapes."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 -- a name that the database gave
            text = "\n".join(readings(cursor.fetchall())).lower()
            found |= {table for word in words if word.lower() in text}
    sessions = (json.dumps(row.get_decoded(), ensure_ascii=False) for row in Session.objects.all())
    text = "\n".join(sessions).lower()
    return found | {"django_session" for word in words if word.lower() in text}


def readings(rows: list) -> Iterator[str]:
    """Yield each value, also without JSON escapes."""
    for row in rows:
        for value in row:
            yield str(value)
            if isinstance(value, str) and "\\u" in value:
                yield value.encode().decode("unicode_escape", "replace")


def test_thirty_days_after_leaving_no_row_names_the_person(
    awa, clock, deliver_all, django_capture_on_commit_callbacks
):
    """members 60: hidden immediately, then no table contains the name or the address."""
    photo, user_pk, card_pk = awa.photo.name, awa.user_id, awa.pk
    leave.leave_network(awa.user, at=NOW)
    deliver_all()
    before = tables_naming(EMAIL, NAME, SLUG)
    assert before >= {
        "account_emailaddress", "directory_card", "directory_contactmessage", "directory_joinrequest",
        "directory_user", "events_registration", "home_outgoingemail", "home_privacycheck",
        "home_subscriber", "mfa_authenticator", "wagtailcore_modellogentry",
    }  # fmt: skip

    clock.move_to(NOW + MONTH, tick=False)
    with django_capture_on_commit_callbacks(execute=True):
        erase_departed(NOW + MONTH)

    assert tables_naming(EMAIL, NAME, SLUG, "N’Diaye") == set()
    assert not awa.photo.storage.exists(photo)
    assert not User.objects.filter(pk=user_pk).exists()
    assert not Member.objects.filter(pk=card_pk).exists()
    assert not Departure.objects.exists()

    assert Suppression.holds(EMAIL.upper())


def test_their_messages_stay_as_those_of_a_former_member(awa, clock):
    """members 60."""
    leave.leave_network(awa.user, at=NOW)
    erase_departed(NOW + MONTH)

    [message] = ContactMessage.objects.all()
    assert (message.author_name, message.subject, message.text) == (
        "Ancien membre",
        "De la part d’Ancien membre",
        "Écrivez-moi à Ancien membre. Ancien membre",
    )
    reader = Client()
    reader.force_login(message.recipient)
    for address in ("/membres/messages/", f"/membres/messages/{message.uuid}/"):
        assert "De Ancien membre, le" in reader.get(address).content.decode()
    refused = reader.post(f"/membres/messages/{message.uuid}/", {"geste": "bloquer"})
    assert refused.status_code == 302
    assert {entry.label for entry in ModelLogEntry.objects.all()} == {"Données effacées"}


def test_people_with_a_longer_name_or_address_keep_what_is_about_them(clock):
    """The messages of Jean Martinez that failed are still to be sent again, and his history keeps his name."""
    make_members_page()
    jean = make_member(first_name="Jean", last_name="Martin", email="martin@example.org")
    other = make_member(first_name="Jean", last_name="Martinez", email="jean.martin@example.org")
    log(instance=other, action="wagtail.edit")
    write_message(
        sender=jean,
        recipient=make_member(first_name="Zoé", email="zoe@example.org"),
        subject="Contact",
        text="Voyez Jean Martinez, jean.martin@example.org",
        at=NOW,
    )
    for to in ("jean.martin@example.org", "equipe@example.org"):
        told = emails.welcome(other, to)
        OutgoingEmail.objects.filter(pk=told.pk).update(
            state="failed",
            sent_at=None,
            text="Jean Martinez, jean.martin@example.org",
            dedup_key=None,
        )

    leave.leave_network(jean.user, at=NOW)
    erase_departed(NOW + MONTH)

    failed = OutgoingEmail.objects.filter(state="failed").values_list("text", flat=True)
    assert list(failed) == ["Jean Martinez, jean.martin@example.org"] * 2
    assert ContactMessage.objects.get().text == "Voyez Jean Martinez, jean.martin@example.org"
    assert "Jean Martinez" in {entry.label for entry in ModelLogEntry.objects.all()}


def test_their_seat_goes_to_the_waiting_list_and_totals_are_kept(awa, clock):
    leave.leave_network(awa.user, at=NOW)
    erase_departed(NOW + MONTH)

    erased = Registration.objects.filter(name="")
    assert {(one.state, one.user_id, one.seats.count()) for one in erased} == {
        ("active", None, 1),
        ("cancelled", None, 1),
    }
    zoe = Registration.objects.get(name="Zoé")
    assert [seat.state for seat in zoe.seats.all()] == ["confirmed"]
    assert OutgoingEmail.objects.filter(recipient="zoe@example.org").count() >= 1


def test_nothing_is_erased_a_second_too_early_nor_after_a_suspension(awa, clock):
    suspended = make_member(email="suspendue@example.org")
    suspended.user.groups.clear()
    leave.leave_network(awa.user, at=NOW)

    erase_departed(NOW + MONTH - timedelta(seconds=1))
    assert User.objects.filter(email=EMAIL).exists()
    for _time in range(2):
        erase_departed(NOW + MONTH)

    assert not User.objects.filter(email=EMAIL).exists()
    assert User.objects.filter(email="suspendue@example.org").exists()
    assert Member.objects.filter(pk=suspended.pk).exists()


def test_an_interrupted_erasure_is_resumed(awa, clock, monkeypatch):
    def die(departure, at):
        raise RuntimeError("killed")

    leave.leave_network(awa.user, at=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(leave, "erase", die)
        with pytest.raises(SomeFailed):
            erase_departed(NOW + MONTH)
    assert User.objects.filter(email=EMAIL).exists()

    erase_departed(NOW + MONTH)

    assert tables_naming(EMAIL, NAME) == set()


def test_a_failed_erasure_does_not_stop_the_others(awa, clock, broken):
    other = make_member(email="autre@example.org")
    for user in (awa.user, other.user):
        leave.leave_network(user, at=NOW)
    broken(leave, "erase", lambda departure, **_when: departure.user == awa.user)

    with pytest.raises(SomeFailed):
        erase_departed(NOW + MONTH)

    assert list(User.objects.filter(pk__in=[awa.user_id, other.user_id])) == [awa.user]


# Inactive members


YEARS = NOW + timedelta(days=3 * 366)


@pytest.fixture
def asleep(awa, clock):
    """Awa after three years without activity, one month after the second warning."""
    clock.move_to(YEARS, tick=False)
    User.objects.filter(email=EMAIL).update(
        active_at=NOW, warned_at=NOW + timedelta(days=731), warned_again_at=YEARS - MONTH
    )
    return awa


def test_no_table_names_someone_inactive_for_three_years(
    asleep, django_capture_on_commit_callbacks
):
    """members 62: by the same steps as for someone who leaves."""
    with django_capture_on_commit_callbacks(execute=True):
        let_sleepers_go(YEARS)
        erase_departed(YEARS)

    assert tables_naming(EMAIL, NAME, SLUG, "N’Diaye") == set()
    assert Suppression.holds(EMAIL)
    [entry] = ModelLogEntry.objects.filter(action="directory.fall_asleep")
    assert (entry.label, entry.data) == ("Données effacées", {})


def test_an_inactive_registrant_is_kept_until_the_event_is_over(asleep, clock):
    """Matched by account or by address: a registrant is not erased for not logging in."""
    event = make_event(starts_at=YEARS + timedelta(days=3), sessions=[make_session()])
    make_registration(event, *event.sessions.all(), name=NAME, email=EMAIL)

    let_sleepers_go(YEARS)
    assert not Departure.objects.exists()
    event.refresh_from_db()
    let_sleepers_go(event.ends_at)

    assert Departure.objects.get().user.email == EMAIL


def test_the_clock_erases_inactive_people_in_one_tick(asleep):
    call_command("clock", once=True)

    assert not User.objects.filter(email=EMAIL).exists()
    assert User.objects.filter(email="zoe@example.org").exists()


def test_the_page_on_personal_data_says_what_the_clock_does():
    """members 62."""
    make_home()
    ensure_site()
    told = Client().get("/donnees-personnelles/").content.decode()

    assert (WARNED_AFTER, WARNED_AGAIN_AFTER, ERASED_AFTER) == (24, 35, 36)
    assert "après vingt-quatre mois sans activité, puis un mois avant les trente-six" in told
    assert "trois ans au plus sans activité" in told
    assert "puis trois ans" not in told
