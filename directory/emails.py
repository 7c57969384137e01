"""The messages of joining: one function each."""

from django.core import signing
from django.urls import reverse

from directory.models import JoinRequest, Member
from home import mailing
from home.models import OutgoingEmail

CONFIRMATION = "demande à confirmer"
WELCOME = "bienvenue"
JOIN_SALT = "directory.joining"


def join_to_confirm(request: JoinRequest) -> OutgoingEmail:
    token = signing.dumps(request.pk, salt=JOIN_SALT)
    return mailing.send(
        kind=CONFIRMATION,
        to=request.email,
        template="directory/emails/join_to_confirm",
        context={
            "first_name": request.first_name,
            "url": mailing.absolute_url(reverse("join_confirm", args=[token])),
        },
        secret=True,
    )


def join_already_member(email: str) -> OutgoingEmail:
    """To someone who asks to join and has an account: the page said nothing of it."""
    return mailing.send(
        kind=CONFIRMATION,
        to=email,
        template="directory/emails/join_already_member",
        context={"url": mailing.absolute_url(reverse("account_login"))},
    )


def join_already_asked(request: JoinRequest) -> OutgoingEmail:
    return mailing.send(
        kind=CONFIRMATION,
        to=request.email,
        template="directory/emails/join_already_asked",
        context={"first_name": request.first_name},
    )


def welcome(member: Member, email: str) -> OutgoingEmail:
    return mailing.send(
        kind=WELCOME,
        to=email,
        template="directory/emails/welcome",
        context={
            "first_name": member.first_name,
            "email": email,
            "login_url": mailing.absolute_url(reverse("account_login")),
            "card_url": mailing.absolute_url("/membres/ma-fiche/"),
        },
        dedup_key=f"bienvenue-{member.pk}",
    )


def invited(member: Member, email: str) -> OutgoingEmail:
    """To someone whom the team enrolled from a file: how to come in, once."""
    return mailing.send(
        kind=WELCOME,
        to=email,
        template="directory/emails/invited",
        context={
            "first_name": member.first_name,
            "email": email,
            "login_url": mailing.absolute_url(reverse("account_login")),
            "card_url": mailing.absolute_url("/membres/ma-fiche/"),
            "data_url": mailing.absolute_url("/membres/mes-donnees/"),
        },
        dedup_key=f"invitation-membre-{member.pk}",
    )


def join_refused(request: JoinRequest) -> OutgoingEmail:
    return mailing.send(
        kind="demande refusée",
        to=request.email,
        template="directory/emails/join_refused",
        context={"first_name": request.first_name, "reason": request.refusal_reason},
        dedup_key=f"demande-refusee-{request.pk}",
    )
