"""Acts that write to somebody ask once: what happens, and the letters as they will leave."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from wagtail_modeladmin.options import ModelAdmin

from directory.membership.admission import members_group
from directory.models import ContactMessage, JoinRequest, Member, User
from events.models import Registration, RegistrationLogEntry
from home.admin.base import HardenedModelAdmin
from home.admin.confirmation import TOKEN
from home.mail import outbox as outbox_module
from home.models import OutgoingEmail
from tests.builders import (
    NOW,
    make_event,
    make_hidden_session,
    make_member,
    make_members_page,
    make_message,
    make_registration,
)

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin(clock) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


def make_request() -> JoinRequest:
    return JoinRequest.objects.create(
        email="perrine@example.org", first_name="Perrine", last_name="Hallu", reason="Apprendre",
        state="confirmed", sent_at=NOW, confirmed_at=NOW,
    )  # fmt: skip


def cancelled(**fields):
    registration = make_registration(*seated(), **fields)
    Registration.objects.filter(pk=registration.pk).update(state="cancelled", cancelled_at=NOW)
    return registration


def seated():
    event = make_event()
    return event, make_hidden_session(event)


def held_message():
    make_members_page()
    author, reader = make_member(first_name="Awa"), make_member(first_name="Bo")
    return make_message(
        sender=author.user, recipient=reader.user, text="Puis-je venir ?", review="waiting"
    )


def suspended():
    member = make_member()
    member.user.groups.remove(members_group())
    return member


#: Model of the list, action, row, what the letter says (None: nothing leaves), what the person's address contains.
ACTS = {
    "cancel": ("events_registration", "annuler", lambda: make_registration(*seated()), "Votre inscription est annulée"),
    "reinstate": ("events_registration", "reprendre", cancelled, "qui était annulée, est reprise"),
    "admit": ("directory_joinrequest", "admettre", make_request, "Votre demande est acceptée"),
    "refuse": ("directory_joinrequest", "refuser", make_request, "nous ne pouvons pas l’accepter"),
    "suspend": ("directory_member", "suspendre", make_member, None),
    "restore": ("directory_member", "reintegrer", suspended, None),
    "let go": ("directory_messagetoreview", "laisser-partir", held_message, "Puis-je venir"),
    "hold back": ("directory_messagetoreview", "refuser", held_message, "Elle n’a pas envoyé le vôtre"),
}  # fmt: skip


def everything():
    """Every row of the site's own tables."""
    models = [
        Registration, RegistrationLogEntry, OutgoingEmail, JoinRequest, Member, User, ContactMessage,
        User.groups.through,
    ]  # fmt: skip
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("name", ACTS)
def test_the_button_asks_first_and_shows_the_letter(admin, clock, sent, name):
    model, action, make, words = ACTS[name]
    row = make()
    address = reverse(f"{model}_modeladmin_{action}", args=[row.pk])
    listed = admin.get(reverse(f"{model}_modeladmin_index")).content.decode()
    before = everything()

    asked = admin.get(address)

    text = asked.content.decode()
    assert asked.status_code == 200
    assert everything() == before
    assert sent == []
    assert f'href="{address}?next=' in listed
    assert f'action="{address}"' not in listed
    assert ("Lettre à" in text) == (words is not None)
    assert (words or "Aucun message ne part") in text.replace("&#x27;", "'")
    assert "Ne rien faire" in text


@pytest.mark.parametrize("name", ACTS)
def test_the_act_is_done_once_and_the_way_back_exists(admin, clock, sent, name):
    """From the row's own page too, which is gone with « Envoyer »: the list is shown then."""
    model, action, make, _words = ACTS[name]
    row = make()
    address = reverse(f"{model}_modeladmin_{action}", args=[row.pk])
    inspected = reverse(f"{model}_modeladmin_inspect", args=[row.pk])
    shown = admin.get(f"{address}?next={inspected}").content.decode()

    data = {"next": inspected, "word": "Un mot à nous.", "reason": "Un mot à nous."}
    done = admin.post(address, data, follow=True)
    again = admin.post(address, data, follow=True)

    assert done.status_code == again.status_code or again.status_code == 404
    assert done.status_code == 200
    assert len(sent) == shown.count("Lettre à")
    if 'name="word"' in shown or 'name="reason"' in shown:
        assert "Un mot à nous." in sent[0].body


def test_every_act_of_a_list_asks_or_writes_to_nobody():
    """Those that act at once are few, and named here."""
    at_once = {
        action.name
        for admin in subclasses(HardenedModelAdmin)
        for action in admin.row_actions
        if not action.explains
    }

    assert at_once == {"attester", "traiter"}


def subclasses(model: type[ModelAdmin]):
    for one in model.__subclasses__():
        yield one
        yield from subclasses(one)


def test_the_screen_shows_the_letters_to_others_too_and_no_personal_link(admin, clock):
    """The person who gets the place is told."""
    event, session = seated()
    event.capacity = 1
    event.save()
    leaver = make_registration(event, session)
    waiting = make_registration(event, session, waiting=True, name="Zoé Attente")

    text = admin.get(
        reverse("events_registration_modeladmin_annuler", args=[leaver.pk])
    ).content.decode()

    assert f"Lettre à {waiting.email}" in text
    assert waiting.link not in text
    assert "/inscriptions/…" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a.fr/agenda/rencontre-regionale-des-territoires-2026/", None),
        ("https://a.fr/inscriptions/Kx9_abcdefghijKLMNOPqrstuv-0123456789abcdefghi/", "https://a.fr/inscriptions/…/"),
        ("https://a.fr/rejoindre/confirmer/MQ:1vKx9a:abcdefghijKLMNOPqrstuv/", "https://a.fr/rejoindre/confirmer/…/"),
    ],
)  # fmt: skip
def test_tokens_are_not_shown(text, shown):
    assert TOKEN.sub("…", text) == (shown or text)


def test_a_rehearsal_sends_nothing_and_leaves_nothing(sent):
    def act():
        outbox_module.put(
            "elise@example.org",
            kind="essai",
            subject="A",
            text="B",
            html="",
            sender="c@example.org",
        )

    [row] = outbox_module.rehearse(act)

    assert (row.recipient, row.subject) == ("elise@example.org", "A")
    assert not OutgoingEmail.objects.exists()
    assert sent == []
    act()
    assert len(sent) == 1


def test_what_no_longer_applies_is_said_instead_of_asked(admin, clock):
    row = cancelled()

    answer = admin.get(
        reverse("events_registration_modeladmin_annuler", args=[row.pk]), follow=True
    )

    assert "Cette inscription est déjà annulée." in answer.content.decode()


def test_an_old_letter_that_is_secret_is_not_shown_when_it_is_sent_again(admin):
    row = OutgoingEmail.objects.create(
        kind="code", recipient="elise@example.org", subject="Votre code", text="Le code est 123456",
        secret=True, state="failed", sender="a@example.org", message_id="<a@b>", queued_at=NOW,
    )  # fmt: skip

    text = admin.get(f"/admin/home/outgoingemail/renvoyer/{row.pk}/").content.decode()

    assert "Non affiché" in text
    assert "123456" not in text
