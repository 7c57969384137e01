"""Documents that members are invited to download."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from directory.models import Member
from tests.builders import (
    make_document,
    make_invitation,
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


def test_an_invitation_says_its_format_and_its_weight(member_client, section):
    make_invitation()

    shown = member_client.get("/membres/invitations/").content.decode()

    assert "PDF" in shown
    assert "Format\u00a0: PDF · Poids\u00a0: 20\u00a0o" in shown


def test_an_open_document_is_no_invitation(section):
    invitation = make_invitation()
    invitation.document = make_document()

    with pytest.raises(ValidationError, match="collection réservée"):
        invitation.full_clean()
