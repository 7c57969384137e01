"""Messages between members: send, review, report and block. The site sends them without revealing either address."""

from datetime import datetime, timedelta

from django.db import transaction
from wagtail.log_actions import log

from directory import emails
from directory.models import ContactBlock, ContactMessage, Member, User
from home.access import is_member
from home.models import SiteSettings

#: Maximum new contacts per member and day.
NEW_CONTACTS = 5
#: Maximum messages per member and day.
MESSAGES = 30
DAY = timedelta(days=1)

HANDLE, PASS, HOLD_BACK = (
    f"directory.{verb}" for verb in ("handle_report", "pass_message", "hold_back_message")
)

Review = ContactMessage.Review


class TooManyMessages(Exception):
    """The daily limit is reached. The message is shown to the member."""


class NobodyThere(Exception):
    """The card has no account, or is the sender's own."""


class AlreadyReviewed(Exception):
    """The message was already reviewed, or one of the two is no longer a member. The message is shown to staff."""


@transaction.atomic
def write_message(
    *, sender: Member, recipient: Member, subject: str, text: str, at: datetime
) -> ContactMessage:
    """Store a message and send it, or hold it for review. Raise TooManyMessages or NobodyThere.

    A recipient who blocked the sender gets nothing, and the sender is not told.
    """
    if sender.user_id is None or recipient.user_id is None or sender.pk == recipient.pk:
        raise NobodyThere
    author = User.objects.select_for_update(of=("self",)).get(pk=sender.user_id)
    addressee = User.objects.get(pk=recipient.user_id)
    refuse_too_many(author, addressee, at)
    held = is_reviewed(sender, at)
    delivered = not held and not has_closed_door(addressee, author)
    message = ContactMessage.objects.create(
        sender=author,
        recipient=addressee,
        subject=subject,
        text=text,
        sent_at=at,
        delivered=delivered,
        review=Review.WAITING if held else Review.NONE,
    )
    if delivered:
        emails.member_message(message, author=sender, addressee=recipient)
    return message


def is_reviewed(sender: Member, at: datetime) -> bool:
    """Return whether the message must be reviewed: a new member's messages are until a first one has been sent."""
    days = SiteSettings.of_network().first_message_days
    if sender.joined_at <= at - timedelta(days=days):
        return False
    return not ContactMessage.objects.filter(sender=sender.user).let_go().exists()


def has_closed_door(addressee: User, author: User) -> bool:
    return ContactBlock.objects.filter(by=addressee, blocked=author).exists()


def refuse_too_many(author: User, addressee: User, at: datetime) -> None:
    written = ContactMessage.objects.filter(sender=author)
    today = written.filter(sent_at__gt=at - DAY)
    if today.count() >= MESSAGES:
        raise TooManyMessages(
            f"Vous avez envoyé {MESSAGES} messages en vingt-quatre heures\u00a0: celui-ci partira demain, si vous le "
            "renvoyez."
        )
    if written.filter(recipient=addressee).exists():
        return
    before = written.filter(sent_at__lte=at - DAY).values("recipient")
    new = today.exclude(recipient__in=before).values("recipient").distinct()
    if new.count() >= NEW_CONTACTS:
        raise TooManyMessages(
            "Vous avez écrit à cinq nouvelles personnes en vingt-quatre heures\u00a0: pour cette personne-ci, "
            "attendez demain. Rien de ce que vous avez écrit n’est perdu tant que cette page reste ouverte."
        )


def close_door(*, by: User, to: User) -> None:
    ContactBlock.objects.get_or_create(by=by, blocked=to)


def open_door(*, by: User, to: User) -> None:
    ContactBlock.objects.filter(by=by, blocked=to).delete()


@transaction.atomic
def let_go(message: ContactMessage, *, by: User, at: datetime) -> None:
    """Send a held message and notify its author. Raise AlreadyReviewed."""
    locked = lock(message)
    author = member_behind(locked.sender)
    addressee = member_behind(locked.recipient)
    if author is None or addressee is None or locked.sender is None:
        raise AlreadyReviewed(
            "L’une des deux personnes n’est plus membre\u00a0: ce message ne part pas."
        )
    locked.delivered = not has_closed_door(locked.recipient, locked.sender)
    decide(locked, Review.PASSED, by=by, at=at)
    log(instance=locked, action=PASS, user=by)
    if locked.delivered:
        emails.member_message(locked, author=author, addressee=addressee)
    emails.message_passed(locked, author=author)


@transaction.atomic
def hold_back(message: ContactMessage, *, by: User, at: datetime, word: str = "") -> None:
    """Refuse a held message and tell its author, with a word that says why. Raise AlreadyReviewed."""
    locked = lock(message)
    decide(locked, Review.REFUSED, by=by, at=at)
    log(instance=locked, action=HOLD_BACK, user=by)
    author = member_behind(locked.sender)
    if author is not None:
        emails.message_refused(locked, author=author, word=word)


def lock(message: ContactMessage) -> ContactMessage:
    locked = ContactMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if locked.review != Review.WAITING:
        raise AlreadyReviewed("Ce message a déjà été relu.")
    return locked


def decide(message: ContactMessage, review: str, *, by: User, at: datetime) -> None:
    message.review, message.reviewed_by, message.reviewed_at = review, by, at
    message.save()


def member_behind(user: User | None) -> Member | None:
    """Return the card of a user who is currently a member, else None."""
    if user is None or not is_member(user):
        return None
    return Member.objects.select_related("organisation").filter(user=user).first()


@transaction.atomic
def handle(message: ContactMessage, *, by: User, at: datetime) -> None:
    """Mark a reported message as handled."""
    ContactMessage.objects.filter(pk=message.pk, handled_at=None).update(handled_at=at)
    log(instance=message, action=HANDLE, user=by)
