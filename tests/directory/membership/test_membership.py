import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from directory.membership import admission
from directory.models import JoinRequest, Member, Organisation, User
from home.access import MEMBERS_GROUP, is_member
from home.models import OutgoingEmail, Subscriber
from tests.builders import NOW, make_join_page, make_member, make_members_page, make_territory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def page(time_machine):
    time_machine.move_to(NOW, tick=False)
    make_members_page()
    return make_join_page()


def answers(**changed):
    return {
        "first_name": "Perrine",
        "last_name": "Hallu",
        "email": "candidate@example.org",
        "organisation": "Mairie de Bois",
        "role": "Secrétaire",
        "reason": "Nous préparons un budget participatif.",
        "charter": "on",
        **changed,
    }


def send(client, **changed):
    return client.post("/rejoindre/", answers(**changed))


def link_of(message):
    return re.search(r"http://localhost:8000(/rejoindre/confirmer/\S+)", message.body).group(1)


def make_request(**fields):
    defaults = {
        "first_name": "Perrine",
        "last_name": "Hallu",
        "email": "candidate@example.org",
        "organisation_name": "Mairie de Bois",
        "reason": "Apprendre.",
        "charter_version": "1",
        "state": "confirmed",
        "confirmed_at": timezone.now(),
    }
    return JoinRequest.objects.create(**defaults | fields)


def test_a_request_is_stored_and_confirmed_by_a_button(client, time_machine, sent):
    """members 26 and 27."""
    make_territory("Oise", code="60")

    thanks = send(client)
    request = JoinRequest.objects.get()
    assert (thanks.status_code, thanks["Location"]) == (303, "/rejoindre/envoyee/")
    assert (request.state, request.email, request.charter_version, request.wants_letter) == (
        "sent",
        "candidate@example.org",
        "1",
        False,
    )
    assert not User.objects.exists()
    assert [message.to for message in sent] == [["candidate@example.org"]]

    opened = client.get(link_of(sent[0]))
    request.refresh_from_db()
    assert ("Confirmer ma demande" in opened.content.decode(), request.state) == (True, "sent")
    assert opened["Referrer-Policy"] == "no-referrer"
    done = Client(enforce_csrf_checks=True).post(link_of(sent[0]), headers={"origin": "null"})
    request.refresh_from_db()
    assert ("est confirmée" in done.content.decode(), request.state) == (True, "confirmed")
    again = client.post(link_of(sent[0]))
    assert "déjà confirmée" in again.content.decode()
    assert len(sent) == 1
    assert not User.objects.exists()


def test_everyone_gets_the_same_page_and_one_message(time_machine, sent):
    """members 18 and 26, A16."""
    make_member(email="membre@example.org")
    make_request(email="deja@example.org")
    shown = []
    for address in ("membre@example.org", "deja@example.org", "nouvelle@example.org"):
        answer = send(Client(), email=address)
        shown.append((answer.status_code, answer["Location"], answer.content))

    assert shown[0] == shown[1] == shown[2]
    assert sorted(message.to[0] for message in sent) == [
        "deja@example.org",
        "membre@example.org",
        "nouvelle@example.org",
    ]
    assert User.objects.count() == 1


def test_a_colleague_with_the_same_address_is_told_to_use_another(client, sent):
    """A service's mailbox: the request, or the account, is of the person who came first."""
    make_member(email="membre@example.org")
    make_request(email="mairie@example.org")

    for address in ("membre@example.org", "mairie@example.org"):
        send(client, email=address, first_name="Paul")

    said = "une autre personne de votre structure fait sa demande avec la sienne"
    assert [said in message.body for message in sent] == [True, True]
    assert "Une adresse à vous" in client.get("/rejoindre/").content.decode()


def test_many_posts_for_one_address_send_one_email(client, time_machine, outbox):
    """A17, members 20."""
    statuses = [send(client).status_code for _post in range(25)]

    assert len(outbox()) == 1
    assert statuses[-1] == 429


def test_a_person_who_filled_the_trap_ticks_a_box_and_loses_nothing(client, outbox):
    """members 31."""
    asked = send(client, sujet_libre="bonjour")
    written = (JoinRequest.objects.count(), outbox())
    ticked = send(client, sujet_libre="bonjour", pas_un_robot="on")

    assert asked.status_code == 200
    assert "Je ne suis pas un robot" in asked.content.decode()
    assert "Nous préparons un budget participatif." in asked.content.decode()
    assert written == (0, [])
    assert (ticked.status_code, JoinRequest.objects.count()) == (303, 1)


def test_a_request_corrected_within_a_quarter_of_an_hour_is_kept(client, outbox):
    send(client, reason="Aprendre")

    send(client, reason="Apprendre")

    assert JoinRequest.objects.get().reason == "Apprendre"
    assert len(outbox()) == 1


def test_errors_are_in_french_and_keep_the_posted_values(client, time_machine):
    answer = send(client, email="pas une adresse", reason="x" * 601, charter="")

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "il faut accepter sa charte" in shown
    assert "Mairie de Bois" in shown
    assert not JoinRequest.objects.exists()


def test_a_link_expires_after_a_day_and_a_forged_one_is_refused(client, time_machine, sent):
    send(client)
    link = link_of(sent[0])
    time_machine.shift(timedelta(hours=25))

    assert client.post(link).status_code == 404
    assert client.get("/rejoindre/confirmer/faux/").status_code == 404
    assert JoinRequest.objects.get().state == "sent"


def test_a_second_request_replaces_the_answers_of_one_that_is_not_confirmed(client, time_machine):
    send(client)
    time_machine.shift(timedelta(minutes=16))

    send(client, role="Directrice")

    assert JoinRequest.objects.get().role == "Directrice"


def test_the_newsletter_subscription_starts_once_the_address_is_confirmed(
    client, time_machine, sent
):
    send(client, letter="on")
    assert not Subscriber.objects.exists()

    client.post(link_of(sent[0]))

    assert [subscriber.email for subscriber in Subscriber.objects.all()] == [
        "candidate@example.org"
    ]


@pytest.fixture
def animator():
    user = User.objects.create_user("animation@example.org")
    user.user_permissions.add(
        Permission.objects.get(codename="access_admin"),
        *Permission.objects.filter(content_type__app_label="directory").exclude(
            content_type__model="user"
        ),
    )
    return user


def test_admitting_creates_the_account_the_card_and_the_membership_once(animator, outbox):
    """members 28."""
    request = make_request()

    member = admission.admit(request, by=animator, at=timezone.now())
    with pytest.raises(admission.AlreadyDecided):
        admission.admit(request, by=animator, at=timezone.now())

    user = member.user
    assert [group.name for group in user.groups.all()] == [MEMBERS_GROUP]
    assert (user.email, user.has_usable_password()) == ("candidate@example.org", False)
    assert (member.organisation.name, member.name) == ("Mairie de Bois", "Perrine Hallu")
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.member) == ("admitted", animator, member)
    assert [(row.recipient, row.kind) for row in outbox()] == [
        ("candidate@example.org", "bienvenue")
    ]
    entry = ModelLogEntry.objects.get(action=admission.ADMIT)
    assert (entry.user, entry.timestamp, entry.object_id) == (animator, NOW, str(member.pk))


@pytest.mark.parametrize("names", [("", ""), ("Perrine", "HALLU")])
def test_an_account_made_meanwhile_is_the_one_that_is_admitted(animator, names):
    """As an editor's, made in « Utilisateurs » with the same address."""
    request = make_request()
    made = User.objects.create_user(
        "Candidate@example.org", first_name=names[0], last_name=names[1]
    )

    member = admission.admit(request, by=animator, at=timezone.now())

    made.refresh_from_db()
    assert member.user == made
    assert made.get_full_name() == f"Perrine {names[1] or 'Hallu'}"
    assert is_member(made)


@pytest.mark.parametrize("kind", ["colleague", "member", "deactivated"])
def test_the_account_of_somebody_else_is_told_and_nobody_is_admitted(animator, kind):
    request = make_request()
    if kind == "member":
        make_member(email="candidate@example.org")
    else:
        name = "Jean" if kind == "colleague" else "Perrine"
        User.objects.create_user(
            "candidate@example.org",
            first_name=name,
            last_name="Hallu",
            is_active=kind != "deactivated",
        )

    with pytest.raises(admission.AccountExists, match="deux personnes n’entrent pas"):
        admission.admit(request, by=animator, at=timezone.now())

    request.refresh_from_db()
    assert request.state == "confirmed"
    assert Member.objects.count() == (kind == "member")


def test_the_new_member_logs_in_by_a_code(client, animator, sent):
    admission.admit(make_request(), by=animator, at=timezone.now())

    client.post("/compte/connexion/code/", {"email": "candidate@example.org"})
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", sent[-1].body, re.MULTILINE).group()
    client.post("/compte/connexion/code/saisie/", {"code": code})

    assert client.get("/membres/").status_code == 200


def test_refusing_sends_the_reason_and_creates_no_account(animator, outbox):
    """members 29."""
    request = make_request()

    with pytest.raises(admission.ReasonMissing):
        admission.refuse(request, reason=" ", by=animator, at=timezone.now())
    admission.refuse(request, reason="Hors de la région.", by=animator, at=timezone.now())

    request.refresh_from_db()
    assert (request.state, request.refusal_reason) == ("refused", "Hors de la région.")
    assert User.objects.filter(email="candidate@example.org").count() == 0
    [row] = outbox()
    assert (row.kind, row.recipient) == ("demande refusée", "candidate@example.org")
    assert "Hors de la région." in row.text
    assert "Hors de la région." in row.html
    assert not Member.objects.exists()


def test_an_existing_organisation_is_recognised(animator):
    known = Organisation.objects.create(name="Mairie de Bois", kind="collectivite")

    member = admission.admit(make_request(), by=animator, at=timezone.now())

    assert member.organisation == known


def test_suspending_and_reinstating_remove_and_add_the_group(animator):
    member = make_member()

    admission.suspend(member, by=animator)
    assert not member.user.groups.exists()
    admission.reinstate(member, by=animator, at=timezone.now())
    assert [group.name for group in member.user.groups.all()] == [MEMBERS_GROUP]


@pytest.mark.parametrize("state", ["sent", "confirmed", "refused"])
def test_the_log_in_answers_an_applicant_like_an_unknown_address(outbox, state):
    """A44, members 3: by code, by password, and when resetting it."""
    make_request(state=state, decided_at=NOW if state == "refused" else None)
    doors = [
        ("/compte/connexion/code/", "email", {}),
        ("/compte/connexion/", "login", {"password": "demonstration"}),
        ("/compte/mot-de-passe/oublie/", "email", {}),
    ]

    for path, field, more in doors:
        shown = []
        for address in ("candidate@example.org", "inconnue@example.org"):
            answer = Client().post(path, {field: address, **more})
            page = re.sub(r'value="[\w-]{64}"', "", answer.content.decode())
            shown.append(
                (answer.status_code, answer.get("Location"), page.replace(address, "ADRESSE"))
            )
        assert shown[0] == shown[1], path
    assert outbox() == []
    assert not User.objects.exists()


def test_messages_have_text_and_html_and_absolute_links(client, time_machine):
    send(client)

    [row] = OutgoingEmail.objects.all()
    assert row.subject == "Confirmez votre demande"
    assert Group.objects.filter(name=MEMBERS_GROUP).exists()
