"""E-mails of the directory: join requests, departures, inactivity, cards, messages and invitations.

Each function queues an e-mail in the outbox, in the caller's transaction.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

from directory.models import (
    ColleagueInvitation,
    ContactMessage,
    Departure,
    JoinRequest,
    Member,
    User,
)
from home.mail import outbox
from home.models import OutgoingEmail
from home.models.mail import Priority
from home.prefetch.parts import parts_of_network

if TYPE_CHECKING:
    from home.admin.desk import Card

#: Maximum e-mails of a kind per run of the clock, since members imported on one day are all due on the same day.
PER_RUN = 200

CONFIRMATION = "demande à confirmer"
WELCOME = "bienvenue"
JOIN_SALT = "directory.joining"
OWN_COPY = "copie de ses données"
COPY_KEY, COPY_SALT = "lien", "directory.copying"
CARD_SALT = "directory.confirming"
STAY_SALT = "directory.sleeping"


def join_to_confirm(request: JoinRequest) -> OutgoingEmail:
    token = signing.dumps(request.pk, salt=JOIN_SALT)
    return outbox.send(
        kind=CONFIRMATION,
        to=request.email,
        template="directory/emails/join_to_confirm",
        context={
            "first_name": request.first_name,
            "url": outbox.absolute_url(reverse("join_confirm", args=[token])),
        },
        secret=True,
    )


def join_already_member(email: str) -> OutgoingEmail:
    """Tell someone who asks to join that they have an account. The page does not reveal it."""
    return outbox.send(
        kind=CONFIRMATION,
        to=email,
        template="directory/emails/join_already_member",
        context={"url": outbox.absolute_url(reverse("account_login"))},
    )


def join_already_asked(request: JoinRequest) -> OutgoingEmail:
    return outbox.send(
        kind=CONFIRMATION,
        to=request.email,
        template="directory/emails/join_already_asked",
        context={"first_name": request.first_name},
    )


def welcome(member: Member, email: str, *, word: str = "") -> OutgoingEmail:
    return outbox.send(
        kind=WELCOME,
        to=email,
        template="directory/emails/welcome",
        context={
            "first_name": member.first_name,
            "email": email,
            "word": word,
            "login_url": outbox.absolute_url(reverse("account_login")),
            "card_url": outbox.absolute_url(parts_of_network().url("membres", "own_card")),
        },
        dedup_key=f"bienvenue-{member.pk}",
    )


def invited(member: Member, email: str) -> OutgoingEmail:
    """Explain once to an imported member how to log in."""
    parts = parts_of_network()
    return outbox.send(
        kind=WELCOME,
        to=email,
        template="directory/emails/invited",
        context={
            "first_name": member.first_name,
            "email": email,
            "login_url": outbox.absolute_url(reverse("account_login")),
            "card_url": outbox.absolute_url(parts.url("membres", "own_card")),
            "data_url": outbox.absolute_url(parts.url("membres", "own_data")),
        },
        dedup_key=f"invitation-membre-{member.pk}",
        priority=Priority.GROUP,
    )


def member_message(message: ContactMessage, *, author: Member, addressee: Member) -> OutgoingEmail:
    """Send a member's message to another. It contains neither address, and is answered on the site."""
    parts = parts_of_network()
    return outbox.send(
        kind="message d’un membre",
        to=message.recipient.email,
        template="directory/emails/member_message",
        context={
            "first_name": addressee.first_name,
            "author": author,
            "message": message,
            "answer_url": outbox.absolute_url(parts.url("annuaire", "write", slug=author.slug)),
            "message_url": outbox.absolute_url(
                parts.url("membres", "own_message", uuid=message.uuid)
            ),
        },
        dedup_key=f"message-{message.pk}",
        secret=True,  # staff must not read messages between members in the list of e-mails
    )


def left(departure: Departure, token: str) -> OutgoingEmail:
    """Explain to someone who has just left what happens next, with the link that undoes it."""
    return write_to_departed(departure, token, "left")


def join_after_leaving(departure: Departure, token: str) -> OutgoingEmail:
    """Send the link to come back to someone who left less than thirty days ago and asks to join."""
    return write_to_departed(departure, token, "join_after_leaving")


def write_to_departed(departure: Departure, token: str, template: str) -> OutgoingEmail:
    return outbox.send(
        kind=CONFIRMATION if template == "join_after_leaving" else "départ du réseau",
        to=departure.user.email,
        template=f"directory/emails/{template}",
        context={
            "first_name": departure.user.first_name,
            "url": outbox.absolute_url(reverse("come_back", args=[token])),
            "last_day": departure.last_day,
        },
        secret=True,
    )


def requests_to_decide(
    requests: Sequence[JoinRequest], moderator: User, *, day: date
) -> OutgoingEmail:
    """Send the daily digest of new requests to a moderator."""
    return outbox.send(
        kind="demandes d’adhésion du jour",
        to=moderator.email,
        template="directory/emails/requests_to_decide",
        context={"requests": requests, "url": requests_url()},
        dedup_key=f"demandes-du-jour-{day:%Y-%m-%d}-{moderator.pk}",
        secret=True,  # names of people who may be refused, and then deleted
    )


def monday(user: User, cards: "Sequence[Card]", *, words: str, key: str) -> OutgoingEmail:
    """Send the cards of the desk to a person of the team. `words` says the same in plain text."""
    return outbox.send(
        kind="message du lundi",
        to=user.email,
        template="directory/emails/monday",
        context={
            "cards": cards,
            "words": words,
            "desk": outbox.absolute_url(reverse("wagtailadmin_home")),
            "account": outbox.absolute_url(reverse("wagtailadmin_account")),
        },
        dedup_key=key,
        secret=True,  # names of people who may be refused, erased or cancelled since
        priority=Priority.ORDINARY,
    )


def request_is_late(request: JoinRequest, moderator: User) -> OutgoingEmail:
    return outbox.send(
        kind="demande d’adhésion en attente",
        to=moderator.email,
        template="directory/emails/request_is_late",
        context={"request": request, "url": requests_url()},
        dedup_key=f"demande-en-attente-{request.pk}-{moderator.pk}",
        secret=True,
    )


def request_still_waits(request: JoinRequest) -> OutgoingEmail:
    """Tell the applicant that the request is still pending."""
    return outbox.send(
        kind="demande d’adhésion, patience",
        to=request.email,
        template="directory/emails/request_still_waits",
        context={"first_name": request.first_name},
        dedup_key=f"demande-patience-{request.pk}",
    )


def requests_url() -> str:
    path = reverse("directory_joinrequest_modeladmin_index")
    return outbox.absolute_url(f"{path}?state__exact=confirmed")


def still_true(member: Member, email: str, *, at: datetime) -> OutgoingEmail:
    """Ask a member to confirm their card. The link needs no log-in and can only confirm."""
    token = signing.dumps(member.pk, salt=CARD_SALT)
    return outbox.send(
        kind="fiche à confirmer",
        to=email,
        template="directory/emails/still_true",
        context={
            "member": member,
            "hidden": member.is_hidden(at),
            "url": outbox.absolute_url(reverse("confirm_card", args=[token])),
            "card_url": outbox.absolute_url(parts_of_network().url("membres", "own_card")),
        },
        dedup_key=f"toujours-exact-{member.pk}-{at:%Y-%m}",
        priority=Priority.ORDINARY,
        secret=True,
    )


def asleep(user: User) -> OutgoingEmail:
    """Warn the owner of an inactive account, with the dates to come and the link that keeps it."""
    token = signing.dumps(user.pk, salt=STAY_SALT)
    is_last = user.warned_again_at is not None
    return outbox.send(
        kind="compte sans activité",
        to=user.email,
        template="directory/emails/asleep",
        context={
            "user": user,
            "is_last": is_last,
            "has_card": Member.objects.filter(user=user).exists(),
            "url": outbox.absolute_url(reverse("stay", args=[token])),
            "login_url": outbox.absolute_url(reverse("account_login")),
        },
        dedup_key=f"compte-endormi-{user.pk}-{user.active_at:%Y-%m-%d}-{1 + is_last}",
        priority=Priority.ORDINARY,
        secret=True,
    )


def message_passed(message: ContactMessage, *, author: Member) -> OutgoingEmail:
    """Tell a new member that staff have reviewed and sent their first message."""
    return to_author(message, author, "directory/emails/message_passed")


def message_refused(message: ContactMessage, *, author: Member, word: str = "") -> OutgoingEmail:
    """Tell a new member that staff have refused their first message. `word` says why."""
    return to_author(message, author, "directory/emails/message_refused", word=word)


def to_author(
    message: ContactMessage, author: Member, template: str, *, word: str = ""
) -> OutgoingEmail:
    return outbox.send(
        kind="message relu",
        to=author.user.email if author.user else "",
        template=template,
        context={
            "first_name": author.first_name,
            "recipient": message.recipient.get_full_name(),
            "message": message,
            "word": word,
            "contact_url": outbox.absolute_url(parts_of_network().url("contact")),
        },
        dedup_key=f"message-relu-{message.pk}",
        secret=True,  # it quotes the message
    )


def colleague_invited(invitation: ColleagueInvitation, *, host: Member, word: str) -> OutgoingEmail:
    """Invite a colleague of a member, once. The link pre-fills the form, without submitting it."""
    path = parts_of_network().url("rejoindre")
    return outbox.send(
        kind="invitation d’un membre",
        to=invitation.email,
        template="directory/emails/colleague_invited",
        context={
            "invitation": invitation,
            "host": host,
            "word": word,
            "url": outbox.absolute_url(f"{path}?invitation={invitation.uuid}"),
        },
        dedup_key=f"invitation-collegue-{invitation.pk}",
        secret=True,
    )


def own_copy(user: User) -> OutgoingEmail:
    """Send the link to the copy of one's own data. It requires a log-in to the same account."""
    token = signing.dumps(user.pk, salt=COPY_SALT)
    path = parts_of_network().url("membres", "own_copy")
    return outbox.send(
        kind=OWN_COPY,
        to=user.email,
        template="directory/emails/own_copy",
        context={
            "first_name": user.first_name,
            "url": outbox.absolute_url(f"{path}?{COPY_KEY}={token}"),
        },
        secret=True,
    )


def join_refused(request: JoinRequest) -> OutgoingEmail:
    return outbox.send(
        kind="demande refusée",
        to=request.email,
        template="directory/emails/join_refused",
        context={"first_name": request.first_name, "reason": request.refusal_reason},
        dedup_key=f"demande-refusee-{request.pk}",
    )
