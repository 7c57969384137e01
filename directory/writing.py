"""Writing to a member without knowing their address: the verbs. The site sends, and neither of the two is shown."""

from datetime import datetime, timedelta

from django.db import transaction
from wagtail.log_actions import log

from directory import emails
from directory.models import ContactBlock, ContactMessage, Member, User

#: People to whom one writes for the first time, in a day.
NEW_CONTACTS = 5
#: Messages in a day, whoever gets them.
MESSAGES = 30
DAY = timedelta(days=1)

HANDLE = "directory.handle_report"


class TooManyMessages(Exception):
    """The day's share is used up; the sentence is shown to the member."""


class NobodyThere(Exception):
    """The card has no account behind it, or it is the sender's own."""


@transaction.atomic
def write(
    *, sender: Member, recipient: Member, subject: str, text: str, at: datetime
) -> ContactMessage:
    """Keep the message and send it. Raises TooManyMessages, NobodyThere.

    Whoever closed their door gets nothing, and the sender is answered as always.
    """
    if sender.user_id is None or recipient.user_id is None or sender.pk == recipient.pk:
        raise NobodyThere
    author = User.objects.select_for_update(of=("self",)).get(pk=sender.user_id)
    addressee = User.objects.get(pk=recipient.user_id)
    refuse_too_many(author, addressee, at)
    blocked = ContactBlock.objects.filter(by=addressee, blocked=author).exists()
    message = ContactMessage.objects.create(
        sender=author,
        recipient=addressee,
        subject=subject,
        text=text,
        sent_at=at,
        delivered=not blocked,
    )
    if not blocked:
        emails.member_message(message, author=sender, addressee=recipient)
    return message


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
def handle(message: ContactMessage, *, by: User, at: datetime) -> None:
    """Staff have read a reported message and done what they had to."""
    ContactMessage.objects.filter(pk=message.pk, handled_at=None).update(handled_at=at)
    log(instance=message, action=HANDLE, user=by)
