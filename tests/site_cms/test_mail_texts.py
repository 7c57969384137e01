"""Text and HTML bodies have the same content, for every message of the three apps."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.core.mail import send_mail
from django.template.base import VariableNode

from directory import emails as directory_emails
from directory.models import ColleagueInvitation, Departure, JoinRequest, Member, User
from events.agenda.availability import Places
from events.certificates import emails as certificate_emails
from events.feedback import emails as feedback_emails
from events.messages import emails as group_emails
from events.models import (
    CatererNotice,
    Certificate,
    EventChange,
    GroupMessage,
    Question,
    Registration,
    Thanks,
    reminder_timetable,
)
from events.models import Testimony as GivenSentence
from events.registration import emails as registration_emails
from events.sheets import emails as sheet_emails
from home.admin.desk import Card, Line, Link, for_message, in_text
from home.mail import alerts
from home.models import OutgoingEmail, Subscriber
from home.newsletter import emails as letter_emails
from tests.builders import (
    NOW,
    make_event,
    make_home,
    make_join_page,
    make_member,
    make_members_page,
    make_message,
    make_organisation,
    make_registration,
    make_session,
)
from tests.source_files import APPS, ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_down")]
Work = Callable[[SimpleNamespace], Any]


@pytest.fixture
def world(time_machine: Any) -> SimpleNamespace:
    """Objects with all the values that messages may contain, each of them unique."""
    time_machine.move_to(NOW, tick=False)
    make_home()
    make_members_page()
    make_join_page()
    boss = User.objects.create_superuser("technique@example.org", first_name="Tina")
    boss.user_permissions.add(Permission.objects.get(codename="view_outgoingemail"))
    event = make_event(
        title="Habiter les marges",
        mode="hybrid",
        venue_name="La Halle",
        venue_street="17 rue des Teinturiers",
        venue_postcode="80081",
        venue_town="Abbeville",
        online_url="https://visio.example.org/marges",
        price="13 € le repas",
        meal_note="Buffet végétarien",
        sessions=[make_session(title=title) for title in ("Ouverture", "Atelier", "Clôture")],
    )
    morning, workshop, closing = event.sessions.all()
    said = {
        key: {"label": f"Question {key}", "retention": kept, "value": f"réponse {key}"}
        for key, kept in (("ouverte", "normal"), ("régime", "short"))
    }
    seated = make_registration(event, morning, workshop, name="Camille Exemple", answers=said)
    partly = make_registration(event, morning, name="Nadia Témoin")
    partly.seats.create(session=closing, state="waiting", since=NOW)
    waiting = make_registration(event, closing, waiting=True, name="Zoé Attente")
    author = make_member(first_name="Awa", last_name="Diop", organisation=make_organisation())
    return SimpleNamespace(
        boss=boss, event=event, sessions=[morning, workshop, closing],
        seated=seated, partly=partly, waiting=waiting,
        entry=seated.note("changed", by=None, now=NOW),
        author=author, member=make_member(first_name="Bo", last_name="Roux"),
        request=JoinRequest(
            pk=4321, first_name="Perrine", last_name="Hallu", email="perrine@example.org",
            organisation_name="Mairie de Bois", role="élue", confirmed_at=NOW - timedelta(days=3),
            refusal_reason="Votre territoire\nest trop loin.",
        ),
    )  # fmt: skip


def change_of(world: SimpleNamespace, **fields: Any) -> EventChange:
    """Change the event's date and place, and the given fields, and return the recorded change."""
    world.event.starts_at += timedelta(days=30)
    world.event.announced_end += timedelta(days=30)
    world.event.venue_town = "Péronne"
    for name, value in fields.items():
        setattr(world.event, name, value)
    world.event.save()
    world.seated = Registration.objects.get(pk=world.seated.pk)
    change = EventChange.objects.get()
    change.note = "La salle est prise.\nPardon."
    return change


def group_message_of(world: SimpleNamespace) -> GroupMessage:
    return GroupMessage.objects.create(
        event=world.event, audience="confirmed", subject="Le train de 8h12",
        text="Nous partons ensemble.\nÀ jeudi.", written_at=NOW,
    )  # fmt: skip


def letter_of(world: SimpleNamespace) -> Thanks:
    return Thanks.objects.create(
        event=world.event,
        questions=["utile", "idee", "parole"],
        word="Un mot\nde plus.",
        sent_at=NOW,
    )


def sentence_of(world: SimpleNamespace) -> GivenSentence:
    return GivenSentence.objects.create(
        registration=world.seated, text="Une phrase bien longue.", quoted="Une phrase.", naming="full",
        name="Camille Exemple", role="élue à Albert", given_at=NOW,
    )  # fmt: skip


def remind(reminder: reminder_timetable.Reminder) -> Work:
    return lambda world: group_emails.reminder(
        group_emails.DueReminder(world.seated, reminder, NOW.date())
    )


def departure_of(world: SimpleNamespace) -> tuple[Departure, str]:
    departure = Departure(user=world.member.user, left_at=NOW)
    return departure, departure.draw_token()


def message_of(world: SimpleNamespace) -> Any:
    return make_message(
        sender=world.author.user, recipient=world.member.user,
        subject="Une visite", text="Puis-je venir\nen septembre ?",
    )  # fmt: skip


def invite_colleague(world: SimpleNamespace) -> None:
    invitation = ColleagueInvitation.objects.create(
        by=world.author.user,
        first_name="Lise",
        last_name="Nord",
        email="lise@example.org",
        sent_at=NOW,
    )
    directory_emails.colleague_invited(invitation, host=world.author, word="Viens,\nc’est utile.")


def fall_asleep(world: SimpleNamespace, *, user: User, **fields: Any) -> None:
    user.active_at = NOW - timedelta(days=800)
    user.warned_at = NOW
    for name, value in fields.items():
        setattr(user, name, value)
    directory_emails.asleep(user)


def consent_of(_world: SimpleNamespace) -> Any:
    subscriber = Subscriber.objects.create(email="lettre@example.org")
    return subscriber.consents.create(text_version="1", text="Oui", source="site", given_at=NOW)


def write_on_monday(world: SimpleNamespace) -> None:
    """With all that a card may say."""
    line = Line(
        text="Forum des marges", url="/admin/pages/1/edit/", note="Le jeudi · Lille", state="Complet",
        parts=(Link("Matinée, 12 sur 20", "/admin/evenements/1/inscrits/"),),
        action=Link("Relire", "/admin/pages/2/edit/"), post=Link("Reporter", "/admin/relectures/2/"),
    )  # fmt: skip
    card = Card(
        key="x", order=1, title="Cette quinzaine", verdict="Rouge.", intro="Voici pourquoi.",
        lines=(line, Line(text="Autre ligne")), steps=("Prévenez Tina.",),
        more=Link("Tout lire", "/admin/evenements/"),
    )  # fmt: skip
    shown = for_message([card, replace(card, title="Ensuite", verdict="", more=None)])
    directory_emails.monday(world.boss, shown, words=in_text(shown), key="lundi")


def still_true(world: SimpleNamespace, months: int) -> None:
    Member.objects.filter(pk=world.member.pk).update(confirmed_at=NOW - timedelta(days=31 * months))
    member = Member.objects.get(pk=world.member.pk)
    directory_emails.still_true(member, "bo@example.org", at=NOW)


#: Durations in words: « sept jours », « vingt-quatre heures ».
LENGTHS = re.compile(r"[\w-]+ (?:minutes|heures|jours|semaines|mois|ans)\b")

#: By template, with a suffix if the template has several variants.
MESSAGES: dict[str, Work] = {
    "registration_confirmed": lambda w: registration_emails.registration_confirmed(w.seated),
    "registration_confirmed, in part": lambda w: registration_emails.registration_confirmed(w.partly),
    "registration_confirmed, waits": lambda w: registration_emails.registration_confirmed(w.waiting),
    "registration_refused": lambda w: registration_emails.registration_refused(
        w.event, name="Camille Exemple", email="c@example.org", reason="C’est complet."
    ),
    "already_registered": lambda w: registration_emails.already_registered(w.partly, NOW),
    "already_registered, with other sessions": lambda w: registration_emails.already_registered(
        w.partly, NOW, asked=w.sessions[1:]
    ),
    "registered_together": lambda w: registration_emails.registered_together(
        w.event, "mairie@example.org", [w.seated, w.partly, w.waiting], NOW
    ),
    "registration_changed": lambda w: registration_emails.registration_changed(w.partly, w.entry),
    "registration_corrected": lambda w: registration_emails.registration_corrected(w.partly, w.entry),
    "address_to_confirm": lambda w: registration_emails.address_to_confirm(
        w.seated, "neuve@example.org", "jeton", NOW
    ),
    "registration_cancelled": lambda w: registration_emails.registration_cancelled(w.seated),
    "registration_reinstated": lambda w: registration_emails.registration_reinstated(
        w.partly, w.entry, word="À bientôt."
    ),
    "certificate_ready": lambda w: certificate_emails.certificate_ready(
        w.seated,
        Certificate.objects.create(
            registration=w.seated, name=w.seated.name, duration="3\u00a0h", issued_at=NOW
        ),
    ),
    "place_given": lambda w: registration_emails.place_given(w.partly, w.sessions[:1], w.entry),
    "places_to_give": lambda w: registration_emails.places_to_give(
        w.event, [(Places(w.sessions[2], 42, 3, 2), [w.partly, w.waiting])]
    ),
    "place_to_tell": lambda w: registration_emails.place_to_tell(w.partly, w.sessions[:1], w.entry),
    "event_moved": lambda w: group_emails.event_changed(
        w.seated, change_of(w, online_url="https://visio.example.org/ailleurs")
    ),
    "event_moved, postponed": lambda w: group_emails.event_changed(
        w.seated, change_of(w, status="postponed")
    ),
    "event_cancelled": lambda w: group_emails.event_changed(w.seated, change_of(w, status="cancelled")),
    "reminder, a week before": remind(reminder_timetable.REMINDERS[0]),
    "reminder, the day before": remind(reminder_timetable.REMINDERS[1]),
    "caterer_numbers": lambda w: sheet_emails.caterer_numbers(
        CatererNotice(
            event=w.event, question=UUID(int=7), day=NOW.date(), recipient="traiteur@example.org",
            expected=45, answered=41, counts=[["Poisson", 23], ["Végétarien", 18]],
        ),
        Question(label="Votre repas de midi"),
    ),
    "thanks": remind(reminder_timetable.THANKS),
    "group_message": lambda w: group_emails.group_message(w.seated, group_message_of(w)),
    "group_message, trial": lambda w: group_emails.group_message_trial(
        group_message_of(w), to="moi@example.org"
    ),
    "recap_published": lambda w: feedback_emails.thanks(w.seated, letter_of(w)),
    "question_after": lambda w: feedback_emails.question_after(w.seated, letter_of(w)),
    "testimony_quoted": lambda w: feedback_emails.testimony_quoted(sentence_of(w)),
    "testimony_withdrawn": lambda w: feedback_emails.testimony_withdrawn(sentence_of(w)),
    "join_to_confirm": lambda w: directory_emails.join_to_confirm(w.request),
    "join_already_member": lambda w: directory_emails.join_already_member("awa@example.org"),
    "join_already_asked": lambda w: directory_emails.join_already_asked(w.request),
    "welcome": lambda w: directory_emails.welcome(w.member, "bo@example.org"),
    "invited": lambda w: directory_emails.invited(w.member, "bo@example.org"),
    "member_message": lambda w: directory_emails.member_message(
        message_of(w), author=w.author, addressee=w.member
    ),
    "left": lambda w: directory_emails.left(*departure_of(w)),
    "join_after_leaving": lambda w: directory_emails.join_after_leaving(*departure_of(w)),
    "requests_to_decide": lambda w: directory_emails.requests_to_decide(
        [w.request], w.boss, day=NOW.date()
    ),
    "monday": write_on_monday,
    "request_is_late": lambda w: directory_emails.request_is_late(w.request, w.boss),
    "request_still_waits": lambda w: directory_emails.request_still_waits(w.request),
    "still_true": lambda w: still_true(w, 13),
    "still_true, hidden": lambda w: still_true(w, 20),
    "asleep": lambda w: fall_asleep(w, user=w.boss),
    "asleep, for the last time": lambda w: fall_asleep(w, user=w.member.user, warned_again_at=NOW),
    "message_passed": lambda w: directory_emails.message_passed(message_of(w), author=w.author),
    "message_refused": lambda w: directory_emails.message_refused(message_of(w), author=w.author),
    "colleague_invited": invite_colleague,
    "own_copy": lambda w: directory_emails.own_copy(w.member.user),
    "join_refused": lambda w: directory_emails.join_refused(w.request),
    "letter_confirmation": lambda w: letter_emails.letter_confirmation(consent_of(w)),
    "letter_already": lambda w: letter_emails.letter_already(consent_of(w).subscriber),
    "letter_welcome": lambda w: letter_emails.letter_welcome(consent_of(w)),
    "letter_left": lambda w: letter_emails.letter_left(consent_of(w)),
    "flood": lambda w: alerts.flood("Lettre", 1234, hour=7),
    "erasure_held": lambda w: alerts.erasure_held("inscriptions (65 sur 100)", day=NOW.date()),
    "large_export": lambda w: alerts.large_export(
        "Inscriptions", count=5678, reason="Bilan annuel", by=w.boss
    ),
}  # fmt: skip


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The rendered variables of each HTML template, by its name."""
    values: dict[str, set[str]] = defaultdict(set)
    render = VariableNode.render

    def remember(node: VariableNode, context: Any) -> Any:
        value = render(node, context)
        values[str(node.origin.template_name)].add(flat(str(value)))
        return value

    monkeypatch.setattr(VariableNode, "render", remember)
    return values


def flat(html: str) -> str:
    """Return the visible words of HTML, one space apart."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def body_of(html: str) -> str:
    """Return the visible words below the heading, which the text version has as its subject."""
    return flat(re.sub(r"(?s)<head>.*?</head>|<p class=.site.>.*?</p>|<h1>.*?</h1>", "", html))


def count(fact: str, where: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(fact)}(?!\w)", where))


@pytest.mark.parametrize("message", MESSAGES)
def test_text_and_html_have_the_same_content(world, said, message):
    MESSAGES[message](world)

    row = OutgoingEmail.objects.order_by("pk")[0]
    body, text = body_of(row.html), flat(row.text)
    html = {name: values for name, values in said.items() if name.endswith(".html")}
    facts = set[str]().union(*html.values(), LENGTHS.findall(body)) - {"", flat(row.subject)}
    assert [name for name in html if name.endswith(f"/{message.split(',')[0]}.html")]
    assert {fact for fact in facts if count(fact, text) < max(count(fact, body), 1)} == set()
    assert re.findall(r"\n\n\n| +\n|\t", row.text) == []


def test_every_message_of_the_three_apps_is_compared():
    templates = {
        path.name.removesuffix(".subject.txt")
        for app in APPS
        for path in (ROOT / app / "templates").rglob("emails/*.subject.txt")
    }

    assert templates == {message.split(",")[0] for message in MESSAGES}


def test_a_text_message_is_signed_in_both_bodies(outbox):
    send_mail(
        "Votre code", "Voici votre code, pour quinze minutes :\n\n123456", None, ["a@example.org"]
    )

    [row] = outbox()
    assert row.text.endswith(
        "\n\n123456\n\nRéseau régional des Territoires participatifs\nhttp://localhost:8000/\n"
    )
    assert body_of(row.html) == flat(row.text).replace("participatifs http", "participatifs, http")
