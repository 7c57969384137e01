"""Leaving the network: hidden at once, reversible for thirty days by an e-mailed link, then erased.

A suspension is different: staff decide it, it has no Departure, and it never leads to an erasure.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from directory import emails
from directory.membership import admission
from directory.models import (
    ColleagueInvitation,
    ContactMessage,
    Departure,
    JoinRequest,
    Member,
    Organisation,
    Suppression,
    User,
)
from directory.models.messages import FORMER_MEMBER
from home.french.mentions import mention_of
from home.mail import outbox
from home.models import Subscriber
from home.privacy import erasure


class TeamMemberStays(Exception):
    """The account has access to the back office. The message is shown to the user."""


# Going and coming back


@transaction.atomic
def leave_network(user: User, *, at: datetime) -> None:
    """Close the account and send a link that undoes it. Raise TeamMemberStays for staff. Idempotent."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if locked.has_perm("wagtailadmin.access_admin"):
        raise TeamMemberStays(
            "Votre compte ouvre aussi l’administration du site. Demandez à une autre personne de l’équipe de vous "
            "en retirer le droit, puis revenez ici."
        )
    if Departure.objects.filter(user=locked).exists():
        return
    departure, token = close(locked, left_at=at)
    log_for_card(locked, admission.LEAVE)
    emails.left(departure, token)


def close(user: User, *, left_at: datetime) -> tuple[Departure, str]:
    """Remove the account from the members' group, end its sessions and schedule its erasure thirty days after `left_at`.

    Return the departure and the token that undoes it. Call it in a transaction.
    """
    departure = Departure(user=user, left_at=left_at, was_member=is_in_the_group(user))
    user.groups.remove(admission.members_group())
    token = departure.draw_token()
    departure.save()
    end_sessions(user)
    return departure, token


def is_in_the_group(user: User) -> bool:
    """Return whether the account is in the members' group, active or not."""
    return user.groups.filter(pk=admission.members_group().pk).exists()


def end_sessions(user: User) -> None:
    """End all sessions of the user. allauth's list alone misses sessions that it has not recorded."""
    UserSession.objects.filter(user=user).delete()
    theirs = [
        session.pk
        for session in Session.objects.iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()


@transaction.atomic
def undo_departure(departure: Departure, *, at: datetime) -> bool:
    """Restore the membership, if there was one. Return False if it is too late or already done."""
    locked = Departure.objects.select_for_update(of=("self",)).filter(pk=departure.pk).first()
    if locked is None or locked.erased_from <= at:
        return False
    if locked.was_member:
        admission.enter(locked.user)
    locked.user.note_activity(at)
    log_for_card(locked.user, admission.COME_BACK)
    locked.delete()
    return True


def log_for_card(user: User, action: str) -> None:
    card = Member.objects.filter(user=user).first()
    if card is not None:
        log(instance=card, action=action, user=user)


# Erasing


@transaction.atomic
def erase(departure: Departure, *, at: datetime) -> None:
    """Erase the account and all that identifies the person in home and directory. events erases registrations before.

    Messages that they sent stay with their recipients, signed by a former member.
    """
    locked = Departure.objects.select_for_update(of=("self",)).filter(pk=departure.pk).first()
    if locked is None or locked.erased_from > at:
        return
    user, email, name = locked.user, locked.user.email, locked.user.get_full_name()
    Suppression.add(email, at=at)
    detach_messages(user, email, name)
    forget_requests(email)
    ColleagueInvitation.objects.filter(email__iexact=email).delete()
    for card in Member.objects.filter(user=user):
        erase_card(card)
    Organisation.objects.filter(email__iexact=email).update(email="")
    Subscriber.objects.filter(email__iexact=email).delete()
    end_sessions(user)
    for profile in UserProfile.objects.filter(user=user).exclude(avatar=""):
        erasure.delete_file_after_commit(profile.avatar)
    erasure.forget_history(user)
    erasure.forget_mentions(email=email, name=name, in_their_place=FORMER_MEMBER)
    outbox.forget_recipient(email, name=name)
    outbox.forget_mentions([email, name], at=at)
    user.delete()


def detach_messages(user: User, email: str, name: str) -> None:
    """Anonymise the messages that the user sent. Those that they received are deleted with the account."""
    for message in ContactMessage.objects.filter(sender=user):
        message.sender = None
        message.subject = without(message.subject, email, name)[:120]
        message.text = without(message.text, email, name)
        message.save(update_fields=["sender", "subject", "text"])


def without(text: str, *words: str) -> str:
    for word in filter(None, words):
        text = mention_of(word).sub(FORMER_MEMBER, text)
    return text


def forget_requests(email: str) -> None:
    for request in JoinRequest.objects.filter(email__iexact=email):
        erasure.forget_history(request)
        request.delete()


def erase_card(card: Member) -> None:
    if card.photo:
        erasure.delete_file_after_commit(card.photo)
    erasure.forget_history(card)
    erasure.forget_watched([f"/{card.slug}/", quote_plus(card.name)])
    Member.objects.get(pk=card.pk).delete()


def due_departures(at: datetime) -> Any:
    """Return the departures that can no longer be undone, whose accounts are to be erased."""
    return Departure.objects.due(at).select_related("user")
