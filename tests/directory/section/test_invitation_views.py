"""Invitations in the members' section: the list and the downloads."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from directory.models import InvitationDownload, Member
from directory.section.invitation_views import SHEETS_PER_MINUTE
from tests.builders import (
    download_address,
    make_document,
    make_event,
    make_invitation,
    make_join_page,
    make_member,
    make_news,
)

pytestmark = pytest.mark.django_db


def test_invitations_have_dates_and_an_audience(member_client, member, section):
    today = timezone.localdate()
    make_invitation(title="Du jour", available_from=today, available_until=today)
    late = make_invitation(title="Finie", available_until=today - timedelta(days=1))
    make_invitation(title="À venir", available_from=today + timedelta(days=1))
    chosen = make_invitation(title="Ambassade", audience="ambassadors")

    def titles():
        answer = member_client.get("/membres/invitations/")
        return {invitation.title for invitation in answer.context["invitations"]}

    assert titles() == {"Du jour"}
    for refused in (late, chosen):
        address = f"/membres/invitations/{refused.pk}/telecharger/"
        assert member_client.get(address).status_code == 404
    Member.objects.filter(pk=member.pk).update(is_ambassador=True)
    assert titles() == {"Du jour", "Ambassade"}


def test_an_invitation_shows_its_format_and_size(member_client, section):
    make_invitation()

    shown = member_client.get("/membres/invitations/").content.decode()

    assert "PDF" in shown
    assert "Format\u00a0: PDF · Poids\u00a0: 20\u00a0o" in shown


def test_a_public_document_is_not_an_invitation(section):
    invitation = make_invitation()
    invitation.document = make_document()

    with pytest.raises(ValidationError, match="collection réservée"):
        invitation.full_clean()


def made_of(page, **fields):
    return make_invitation(document=None, page=page, **fields)


def title_of(answer):
    with pikepdf.open(BytesIO(answer.content)) as pdf, pdf.open_metadata() as told:
        return told["dc:title"]


def test_an_invitation_is_generated_from_the_published_page(member_client, section):
    """Not from a stored file or a draft: the URL serves the current content of the page."""
    event = make_event(title="Forum #1", slug="forum")
    invitation = made_of(event)
    event.title = "Forum *de juin*"
    event.save_revision()

    before = member_client.get(download_address(invitation))
    event.save_revision().publish()
    after = member_client.get(download_address(invitation))

    assert before["Content-Type"] == "application/pdf"
    assert before["Content-Disposition"] == 'inline; filename="invitation-forum.pdf"'
    assert before["Cache-Control"] == "private, no-store"
    assert [title_of(answer).partition(" – ")[0] for answer in (before, after)] == [
        "Forum #1",
        "Forum *de juin*",
    ]


def test_the_list_shows_the_format_of_a_generated_invitation(member_client, section):
    made_of(make_event(slug="forum"), title="Invitation au forum")

    shown = member_client.get("/membres/invitations/").content.decode()

    assert "Format\u00a0: PDF · une page A4" in shown


@pytest.mark.parametrize("state", ["draft", "elsewhere"])
def test_no_invitation_is_generated_from_a_page_that_the_member_may_not_read(
    member_client, section, state
):
    event = make_event(slug="forum", live=state != "draft")
    invitation = made_of(event)
    if state == "elsewhere":
        PageViewRestriction.objects.create(page=event, restriction_type=PageViewRestriction.GROUPS)

    assert member_client.get(download_address(invitation)).status_code == 404
    assert invitation.title not in member_client.get("/membres/invitations/").content.decode()


def test_an_invitation_requires_a_document_or_an_event(section):
    for page, sentence in (
        (None, "Choisissez un document, ou la page"),
        (make_news(), "à partir d’un événement"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            made_of(page).full_clean()
    made_of(make_event()).full_clean()


def test_the_invitation_of_a_deleted_page_is_not_listed(member_client, section):
    event = make_event(slug="forum")
    invitation = made_of(event)

    event.delete()

    assert member_client.get("/membres/invitations/").status_code == 200
    assert member_client.get(download_address(invitation)).status_code == 404


def test_a_member_can_generate_twenty_pdfs_a_minute(member_client, section, monkeypatch):
    monkeypatch.setattr(
        "directory.section.invitation_views.pdf_of", lambda *args, **kwargs: b"%PDF-"
    )
    invitation = made_of(make_event())
    for _time in range(SHEETS_PER_MINUTE):
        assert member_client.get(download_address(invitation)).status_code == 200

    refused = member_client.get(download_address(invitation))

    assert refused.status_code == 429
    assert InvitationDownload.objects.count() == SHEETS_PER_MINUTE


def test_each_download_of_a_member_is_counted(member_client, member, section):
    invitation = make_invitation()
    before = timezone.now()

    member_client.get(download_address(invitation))
    member_client.head(download_address(invitation))
    Client().get(download_address(invitation))

    [row] = InvitationDownload.objects.all()
    assert (row.invitation, row.user) == (invitation, member.user)
    assert before <= row.downloaded_at <= timezone.now()


def test_the_url_of_the_file_redirects_to_the_invitation(member_client, section):
    invitation = make_invitation()

    answer = member_client.get(invitation.document.url)

    assert (answer.status_code, answer["Location"]) == (302, download_address(invitation))


def test_the_dates_apply_to_the_url_of_the_file_too(member_client, section):
    """The URL of the file gives access no longer than that of the invitation."""
    today = timezone.localdate()
    early = make_invitation(available_from=today + timedelta(days=1))
    late = make_invitation(available_until=today - timedelta(days=1))
    chosen = make_invitation(audience="ambassadors")

    answers = [
        member_client.get(address).status_code
        for invitation in (early, late, chosen)
        for address in (download_address(invitation), invitation.document.url)
    ]

    assert answers == [404] * 6
    assert not InvitationDownload.objects.exists()


def test_documents_without_an_invitation_are_served_as_usual(member_client, section):
    other = make_document(collection=make_invitation().document.collection)

    assert member_client.get(other.url).status_code == 200


def test_the_page_of_an_event_offers_its_invitations_to_members_only(member_client, section):
    """members 13: others see neither title nor URL, but how to get access."""
    make_join_page()
    event = make_event(slug="forum")
    sheet = made_of(event, title="Invitation au forum")
    file = make_invitation(page=event, title="Plan secret")
    former = make_member(first_name="Partie")
    former.user.groups.clear()
    former_client = Client()
    former_client.force_login(former.user)

    seen = member_client.get(event.url).content.decode()
    unseen = [client.get(event.url).content.decode() for client in (Client(), former_client)]

    assert all(f'href="{download_address(invitation)}"' in seen for invitation in (sheet, file))
    for shown in unseen:
        assert "Réservé aux membres du réseau" in shown
        assert 'href="/rejoindre/"' in shown
        for secret in ("Invitation au forum", "Plan secret", "telecharger", "secrete", ".pdf"):
            assert secret not in shown
    assert 'href="/compte/connexion/">Se connecter</a>' in unseen[0]
    assert "Votre compte n’est pas celui d’un membre du réseau" in unseen[1]


def test_invitations_cost_the_same_with_1_and_20(member_client, section):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            member_client.get("/membres/invitations/")
        return len(captured)

    made_of(make_event())
    queries()
    one = queries()
    for _number in range(10):
        made_of(make_event())
        make_invitation()

    assert queries() == one
