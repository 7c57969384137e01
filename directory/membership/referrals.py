"""A member invites a colleague: the site writes for them, and never says whether the address is known."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from directory import emails
from directory.models import ColleagueInvitation, JoinRequest, Member, Suppression, User

#: Colleagues whom one member invites in a day.
PER_DAY = 5
DAY = timedelta(days=1)
#: While the link of an invitation serves; its address gets no other one meanwhile.
KEPT = timedelta(days=30)


class TooManyInvitations(Exception):
    """The day's share is used up; the sentence is shown to the member."""


@transaction.atomic
def invite_colleague(*, member: Member, colleague: Mapping[str, Any], at: datetime) -> None:
    """Write to the colleague, unless they are known here or were invited lately. Raises TooManyInvitations.

    `colleague` is the cleaned data of InviteForm. Nothing is returned: whoever invites learns nothing of the address.
    """
    host = User.objects.select_for_update(of=("self",)).get(member=member)
    sent = ColleagueInvitation.objects.filter(by=host, sent_at__gt=at - DAY)
    if sent.count() >= PER_DAY:
        raise TooManyInvitations(
            f"Vous avez invité {PER_DAY} personnes en vingt-quatre heures\u00a0: pour celle-ci, attendez demain. "
            "Rien de ce que vous avez écrit n’est perdu tant que cette page reste ouverte."
        )
    email = colleague["email"]
    invitation = ColleagueInvitation.objects.create(
        by=host,
        first_name=colleague["first_name"],
        last_name=colleague["last_name"],
        email=email,
        sent_at=at,
        delivered=not is_left_alone(email, at),
    )
    if invitation.delivered:
        emails.colleague_invited(invitation, host=member, word=colleague["word"])


def is_left_alone(email: str, at: datetime) -> bool:
    """Whether this address has an account or asks for one, left for good, or has an invitation already."""
    return (
        User.objects.filter(email__iexact=email).exists()
        or JoinRequest.objects.open().filter(email__iexact=email).exists()
        or Suppression.holds(email)
        or living(at).filter(email__iexact=email).exists()
    )


def living(at: datetime) -> Any:
    """Invitations that left and whose link still serves."""
    return ColleagueInvitation.objects.filter(delivered=True, sent_at__gt=at - KEPT)


def invitation_behind(key: str, at: datetime) -> ColleagueInvitation | None:
    """The invitation of a link, while it serves; None for anything else that an address may hold."""
    try:
        uuid = UUID(key)
    except ValueError:
        return None
    return living(at).filter(uuid=uuid).select_related("by__member__organisation").first()
