"""Yearly reminders to confirm one's card, sent by the clock."""

from datetime import datetime

from django.db import transaction

from directory import emails
from directory.emails import PER_RUN
from directory.models import Member, User
from home.batches import one_by_one


def ask_about_cards(at: datetime) -> None:
    """Send « Toujours exact ? » to members who have not confirmed their card for a year."""
    due = Member.objects.to_ask(at).order_by("pk").values_list("pk", flat=True)
    one_by_one(list(due[:PER_RUN]), lambda pk: ask_about_card(pk, at))


@transaction.atomic
def ask_about_card(pk: int, at: datetime) -> None:
    # Lock the card: its owner may be confirming it at the same time.
    locked = Member.objects.to_ask(at).select_for_update(of=("self",)).filter(pk=pk).first()
    if locked is None:
        return
    emails.still_true(locked, User.objects.get(pk=locked.user_id).email, at=at)
    Member.objects.filter(pk=pk).update(asked_at=at)
