"""Review of a new member's first message before it is sent (A47)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from directory.messages import messaging
from directory.models import ContactBlock, ContactMessage, User
from home.models import SiteSettings
from tests.builders import make_member, make_members_page, make_message

pytestmark = pytest.mark.django_db

LIST = "/admin/directory/messagetoreview/"


@pytest.fixture(autouse=True)
def section():
    return make_members_page()


@pytest.fixture
def newcomer():
    return make_member(
        first_name="Nina",
        last_name="Nouvelle",
        email="nina@example.org",
        joined_at=timezone.now() - timedelta(days=29),
    )


@pytest.fixture
def reader():
    return make_member(first_name="Zoé", last_name="Lit", email="zoe@example.org")


@pytest.fixture
def animator():
    user = User.objects.create_user("animation@example.org", first_name="Ana")
    user.user_permissions.add(
        *Permission.objects.filter(
            codename__in=("access_admin", "view_messagetoreview", "change_messagetoreview")
        )
    )
    return user


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def write(member, reader, **fields):
    return client_of(member.user).post(
        f"/membres/annuaire/{reader.slug}/ecrire/",
        {"subject": "Bonjour", "text": "Un mot"} | fields,
        follow=True,
    )


def let_go(animator, message):
    return client_of(animator).post(f"{LIST}laisser-partir/{message.pk}/", follow=True)


def test_the_first_message_of_a_new_member_is_held(newcomer, reader, sent):
    """A47."""
    form = client_of(newcomer.user).get(f"/membres/annuaire/{reader.slug}/ecrire/")

    answer = write(newcomer, reader)

    message = ContactMessage.objects.get()
    assert "l’équipe relit votre premier message avant qu’il parte" in form.content.decode()
    assert "l’équipe le relit avant de l’envoyer à Zoé" in answer.content.decode()
    assert (message.review, message.delivered, sent) == ("waiting", False, [])
    assert "Bonjour" not in client_of(reader.user).get("/membres/messages/").content.decode()


@pytest.mark.parametrize(("days", "waits"), [(29, True), (31, False)])
def test_a_member_is_new_for_thirty_days(reader, sent, days, waits):
    """A47."""
    member = make_member(joined_at=timezone.now() - timedelta(days=days))

    write(member, reader)

    assert ContactMessage.objects.to_review().exists() is waits
    assert len(sent) == (0 if waits else 1)


def test_the_settings_define_for_how_long_a_member_is_new(newcomer, reader, sent):
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    settings.first_message_days = 0
    settings.save()

    write(newcomer, reader)

    assert len(sent) == 1


@pytest.mark.ignore_template_errors  # Wagtail's own
def test_staff_send_it_with_one_action_and_the_author_is_told(newcomer, reader, animator, sent):
    """A47."""
    write(newcomer, reader, text="Voir https://exemple.org <b>ici</b>")
    message = ContactMessage.objects.get()

    done = let_go(animator, message).content.decode()
    again = let_go(animator, message)

    message.refresh_from_db()
    assert "Le message de Nina Nouvelle part" in done
    assert "C’est déjà fait" in again.content.decode()
    assert (message.review, message.delivered) == ("passed", True)
    assert message.reviewed_by == animator
    assert [(mail.to, mail.subject) for mail in sent] == [
        (["zoe@example.org"], "Nina Nouvelle vous écrit\u00a0: Bonjour"),
        (["nina@example.org"], "Votre message à Zoé Lit est parti"),
    ]
    assert ModelLogEntry.objects.filter(action=messaging.PASS, user=animator).count() == 1
    write(newcomer, reader, subject="Deuxième")
    assert sent[-1].subject == "Nina Nouvelle vous écrit\u00a0: Deuxième"


@pytest.mark.ignore_template_errors  # Wagtail's own
def test_staff_refuse_it_and_the_next_one_is_held_too(newcomer, reader, animator, sent):
    """A47."""
    write(newcomer, reader, text="Achetez ma lessive")
    message = ContactMessage.objects.get()

    client_of(animator).post(f"{LIST}refuser/{message.pk}/")
    write(newcomer, reader, subject="Encore")

    [told] = sent
    message.refresh_from_db()
    assert (told.to, told.subject) == (
        ["nina@example.org"],
        "Votre message à Zoé Lit n’est pas parti",
    )
    assert "Achetez ma lessive" in told.body
    assert (message.review, message.delivered) == ("refused", False)
    assert ContactMessage.objects.to_review().get().subject == "Encore"


def test_an_email_contains_only_text(newcomer, reader, animator, sent):
    """A47: no HTML from the author, no attachment, and URLs are text without links."""
    write(newcomer, reader, text="<img src=x> https://exemple.org/piege")
    messaging.let_go(ContactMessage.objects.get(), by=animator, at=timezone.now())

    html = sent[0].alternatives[0].content
    assert "&lt;img src=x&gt; https://exemple.org/piege" in html
    assert 'href="https://exemple.org' not in html
    assert sent[0].attachments == []


def test_a_recipient_who_blocked_the_sender_gets_nothing_and_the_sender_is_not_told(
    newcomer, reader, animator, sent
):
    """members 41."""
    ContactBlock.objects.create(by=reader.user, blocked=newcomer.user)
    write(newcomer, reader)

    messaging.let_go(ContactMessage.objects.get(), by=animator, at=timezone.now())

    assert [mail.to for mail in sent] == [["nina@example.org"]]
    assert not ContactMessage.objects.received_by(reader.user).exists()


def test_the_message_of_a_former_member_is_not_sent(newcomer, reader, animator, sent):
    write(newcomer, reader)
    newcomer.user.groups.clear()

    with pytest.raises(messaging.AlreadyReviewed, match="n’est plus membre"):
        messaging.let_go(ContactMessage.objects.get(), by=animator, at=timezone.now())

    assert sent == []
    assert ContactMessage.objects.to_review().exists()


@pytest.mark.ignore_template_errors  # Wagtail's own
def test_staff_read_held_messages_only(newcomer, reader, animator):
    write(newcomer, reader, text="À relire")
    private = make_message(sender=reader.user, recipient=newcomer.user, text="Entre nous")
    waiting = ContactMessage.objects.to_review().get()
    client = client_of(animator)

    assert "1\u00a0message à relire" in client.get("/admin/").content.decode()
    listed = client.get(LIST).content.decode()
    assert ("À relire" in listed, "Entre nous" in listed) == (True, False)
    assert "À relire" in client.get(f"{LIST}inspect/{waiting.pk}/").content.decode()
    assert client.get(f"{LIST}inspect/{private.pk}/").status_code == 404


@pytest.mark.ignore_template_errors  # Wagtail's own
def test_sending_held_messages_requires_more_than_the_view_permission(newcomer, reader, animator):
    write(newcomer, reader)
    message = ContactMessage.objects.get()
    animator.user_permissions.remove(Permission.objects.get(codename="change_messagetoreview"))

    let_go(animator, message)

    message.refresh_from_db()
    assert message.review == "waiting"
