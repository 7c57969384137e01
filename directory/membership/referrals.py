"""Invitations of colleagues by members. The site sends the e-mail and never reveals whether the address is known."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from directory import emails
from directory.models import ColleagueInvitation, JoinRequest, Member, Suppression, User
from home.mail import outbox

#: Maximum invitations per member and day.
PER_DAY = 5
DAY = timedelta(days=1)
#: Validity of an invitation's link. Until then the address gets no other invitation.
KEPT = timedelta(days=30)


class TooManyInvitations(Exception):
    """The daily limit is reached. The message is shown to the member."""


@transaction.atomic
def invite_colleague(*, member: Member, colleague: Mapping[str, Any], at: datetime) -> None:
    """Write to the colleague, unless the address is known or was recently invited. Raise TooManyInvitations.

    `colleague` is the cleaned data of InviteForm. Nothing is returned, so that the page reveals nothing about the address.
    """
    host = User.objects.select_for_update(of=("self",)).get(member=member)
    sent = ColleagueInvitation.objects.filter(by=host, sent_at__gt=at - DAY)
    if sent.count() >= PER_DAY:
        raise TooManyInvitations(
            f"Vous avez invité {PER_DAY} personnes en vingt-quatre heures\u00a0: pour celle-ci, attendez demain. "
            "Rien de ce que vous avez écrit n’est perdu tant que cette page reste ouverte."
        )
    email = colleague["email"]
    outbox.hold_address(email)  # several members may invite the same person at the same time
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
    """Return whether the address has an account, a request or an invitation, or belongs to an erased former member."""
    return (
        User.objects.filter(email__iexact=email).exists()
        or JoinRequest.objects.open().filter(email__iexact=email).exists()
        or Suppression.holds(email)
        or living(at).filter(email__iexact=email).exists()
    )


def living(at: datetime) -> Any:
    """Return the sent invitations whose link is still valid."""
    return ColleagueInvitation.objects.filter(delivered=True, sent_at__gt=at - KEPT)


def invitation_behind(key: str, at: datetime) -> ColleagueInvitation | None:
    """Return the invitation of a link, or None if `key` is invalid or expired."""
    try:
        uuid = UUID(key)
    except ValueError:
        return None
    return living(at).filter(uuid=uuid).select_related("by__member__organisation").first()
