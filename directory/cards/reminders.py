"""What the clock asks of members: whether a card that nobody confirmed for a year is still true."""

from datetime import datetime

from django.db import transaction

from directory import emails
from directory.emails import PER_RUN
from directory.models import Member, User
from home.batches import one_by_one


def ask_about_cards(at: datetime) -> None:
    """« Toujours exact ? », once a year after the last confirmation."""
    due = Member.objects.to_ask(at).order_by("pk").values_list("pk", flat=True)
    one_by_one(list(due[:PER_RUN]), lambda pk: ask_about_card(pk, at))


@transaction.atomic
def ask_about_card(pk: int, at: datetime) -> None:
    # Lock the card: its owner may be confirming it at this very moment.
    locked = Member.objects.to_ask(at).select_for_update(of=("self",)).filter(pk=pk).first()
    if locked is None:
        return
    emails.still_true(locked, User.objects.get(pk=locked.user_id).email, at=at)
    Member.objects.filter(pk=pk).update(asked_at=at)
