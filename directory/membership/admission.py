"""Admission of members: join requests, decisions, enrolment and suspension.

Each function is a transaction. Membership is defined by the members' group alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.log_actions import log

from directory import emails
from directory.accounts import consents
from directory.models import Departure, JoinRequest, Member, Organisation, Suppression, User
from home.access import MEMBERS_GROUP
from home.french.names import name_key
from home.mail import outbox
from home.newsletter.subscriptions import subscribe

#: Names of the actions in Wagtail's log.
ADMIT, REFUSE, SUSPEND, REINSTATE, LEAVE, COME_BACK, IMPORT, FALL_ASLEEP = (
    f"directory.{verb}"
    for verb in (
        "admit",
        "refuse",
        "suspend",
        "reinstate",
        "leave",
        "come_back",
        "import",
        "fall_asleep",
    )
)

State = JoinRequest.State


class AlreadyDecided(Exception):
    """The request was already admitted or refused. The message is shown to staff."""


class ReasonMissing(Exception):
    """A refusal has no reason. The message is shown to staff."""


class AccountExists(Exception):
    """The address has the account of somebody else, or of a member. The message is shown to staff."""


class NoAccount(Exception):
    """The card has no account to suspend or reinstate. The message is shown to staff."""


# Asking


@transaction.atomic
def request_to_join(
    answers: Mapping[str, Any],
    *,
    charter_version: str,
    at: datetime,
    invited_by: User | None = None,
) -> None:
    """Store a request, or its correction, and send an e-mail, at most one per 15 minutes and five per day to an address.

    `answers` is the cleaned data of JoinForm. Nothing is returned, so that the page cannot reveal whether the address has
    an account.
    """
    email = answers["email"]
    has_enough = outbox.had_enough(kind=emails.CONFIRMATION, to=email)
    user = User.objects.filter(email__iexact=email).first()
    if user is not None:
        if not has_enough:
            write_to_account(user)
        return
    values = asked_for(answers, charter_version)
    if invited_by is not None:
        values["invited_by"] = invited_by
    request = keep(email, values, at=at)
    if not has_enough:
        write_to_applicant(request)


def keep(email: str, values: Mapping[str, Any], *, at: datetime) -> JoinRequest:
    """Return the open request of this address, with these values unless it is already confirmed."""
    request, created = JoinRequest.objects.open().get_or_create(
        email=email, defaults={**values, "sent_at": at}
    )
    if not created and request.state == State.SENT:
        for name, value in values.items():
            setattr(request, name, value)
        request.save()
    return request


def write_to_applicant(request: JoinRequest) -> None:
    if request.state == State.CONFIRMED:
        emails.join_already_asked(request)
    else:
        emails.join_to_confirm(request)


def asked_for(answers: Mapping[str, Any], charter_version: str) -> dict[str, Any]:
    """Return the fields of a JoinRequest from the form's answers."""
    return {
        "first_name": answers["first_name"],
        "last_name": answers["last_name"],
        "organisation_name": answers["organisation"],
        "territory": answers["territory"],
        "role": answers["role"],
        "reason": answers["reason"],
        "wants_letter": answers["letter"],
        "charter_version": charter_version,
    }


def write_to_account(user: User) -> None:
    """Write to someone who asks to join but has an account. Former members get a new link to come back."""
    departure = Departure.objects.filter(user=user).first()
    if departure is None:
        emails.join_already_member(user.email)
        return
    token = departure.draw_token()
    departure.save(update_fields=["token_hash"])
    emails.join_after_leaving(departure, token)


@transaction.atomic
def confirm(request: JoinRequest, *, at: datetime) -> bool:
    """Confirm a request, so that staff can decide on it. Return False if it was already confirmed or decided."""
    locked = JoinRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.state != State.SENT:
        return False
    locked.state, locked.confirmed_at = State.CONFIRMED, at
    locked.organisation = known_organisation(locked)
    locked.save()
    if locked.wants_letter:
        subscribe(email=locked.email, source="demande d’adhésion", at=at)
    return True


def known_organisation(request: JoinRequest) -> Organisation | None:
    """Return the organisation of the directory with the same name."""
    if not request.organisation_name:
        return None
    return Organisation.objects.filter(name__iexact=request.organisation_name).first()


# Deciding


@transaction.atomic
def admit(request: JoinRequest, *, by: User, at: datetime, word: str = "") -> Member:
    """Create the account and the card, add the person to the group and welcome them.

    An account of theirs that was made meanwhile, such as in « Utilisateurs », is taken. Raise AlreadyDecided or
    AccountExists. `word` is what staff add to the letter.
    """
    locked = lock(request)
    account = account_made_meanwhile(locked)
    organisation = locked.organisation
    if organisation is None and locked.organisation_name:
        organisation = known_organisation(locked) or Organisation.objects.create(
            name=locked.organisation_name,
            kind=Organisation.Kind.OTHER,
            territory=locked.territory,
        )
    member = enrol(
        account=account,
        email=locked.email,
        first_name=locked.first_name,
        last_name=locked.last_name,
        organisation=organisation,
        territory=locked.territory,
        role=locked.role,
        joined_at=at,
    )
    Suppression.lift(locked.email)
    consents.note_charter(
        account_of(member),
        version=locked.charter_version,
        source="demande d’adhésion",
        at=locked.sent_at,
    )
    decide(locked, State.ADMITTED, by=by, at=at, member=member)
    log(instance=member, action=ADMIT, user=by, data={"request": locked.pk})
    emails.welcome(member, locked.email, word=word)
    return member


def account_made_meanwhile(request: JoinRequest) -> User | None:
    """Return the account of this person that has no card yet, or None without any. Raise AccountExists."""
    user = User.objects.filter(email__iexact=request.email).first()
    if user is None:
        return None
    is_theirs = name_key(user.get_full_name()) in {"", name_key(str(request))}
    is_known = Member.objects.filter(user=user).exists()
    if (
        is_known
        or not is_theirs
        or not user.is_active
        or Departure.objects.filter(user=user).exists()
    ):
        raise AccountExists(
            f"Cette adresse a déjà un compte, celui de {user}\u00a0: deux personnes n’entrent pas avec la même. "
            "Refusez la demande, et proposez à la personne de la refaire avec une autre adresse."
        )
    return user


@transaction.atomic
def refuse(request: JoinRequest, *, reason: str, by: User, at: datetime) -> None:
    """Refuse a request and send the reason to the person. Raise AlreadyDecided or ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing("Écrivez le motif du refus : il est envoyé à la personne.")
    locked = lock(request)
    locked.refusal_reason = reason.strip()
    decide(locked, State.REFUSED, by=by, at=at)
    log(instance=locked, action=REFUSE, user=by)
    emails.join_refused(locked)


def lock(request: JoinRequest) -> JoinRequest:
    locked = JoinRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.state != State.CONFIRMED:
        raise AlreadyDecided(f"Cette demande est {locked.get_state_display()}.")
    return locked


def decide(
    request: JoinRequest, state: str, *, by: User, at: datetime, member: Member | None = None
) -> None:
    request.state, request.decided_at, request.decided_by = state, at, by
    request.member = member
    request.save()


# Being a member


@transaction.atomic
def enrol(
    *,
    email: str,
    first_name: str,
    last_name: str,
    password: str | None = None,
    account: User | None = None,
    **card: Any,
) -> Member:
    """Create an account, unless there is one, in the members' group and its card.

    Without a `password`, they log in by code only. `card` contains fields of Member, including `themes`. No e-mail is
    sent: see `admit`.
    """
    themes = card.pop("themes", [])
    names = {"first_name": first_name, "last_name": last_name}
    user = account or User.objects.create_user(email, password, **names)
    if not user.get_full_name():  # made with an address alone
        user.first_name, user.last_name = first_name, last_name
        user.save(update_fields=["first_name", "last_name"])
    member = Member.objects.create(user=user, first_name=first_name, last_name=last_name, **card)
    member.themes.set(themes)
    member.refresh_search_text()
    enter(user)
    return member


@transaction.atomic
def suspend(member: Member, *, by: User) -> None:
    """Remove the account from the group: the card and the access to the section disappear at the next request."""
    user = account_of(member)
    user.groups.remove(members_group())
    log(instance=member, action=SUSPEND, user=by)


@transaction.atomic
def reinstate(member: Member, *, by: User, at: datetime) -> None:
    """Add the account to the group again, and restart its period of inactivity as after an admission."""
    user = account_of(member)
    enter(user)
    user.note_activity(at)
    log(instance=member, action=REINSTATE, user=by)


def account_of(member: Member) -> User:
    if member.user is None:
        raise NoAccount("Cette fiche n’a plus de compte.")
    return member.user


def enter(user: User) -> None:
    user.groups.add(members_group())


def members_group() -> Group:
    group, _created = Group.objects.get_or_create(name=MEMBERS_GROUP)
    return group
