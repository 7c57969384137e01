"""The message of Monday at 8:00: the desk of each person of the team, by mail, and the box that stops it."""

from datetime import datetime, timedelta
from typing import ClassVar

from django import forms
from django.utils.timezone import localtime
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from directory import emails
from directory.models import User
from home.admin.desk import cards_for, for_message, in_text
from home.batches import one_by_one
from home.mail import outbox

#: Hour of Monday, in Paris, and how long after it the message still leaves, should the clock have stopped.
HOUR, STILL_GOOD = 8, timedelta(hours=12)


def write_on_monday(at: datetime) -> None:
    """Write to each person of the team who has something to do, once a week (job of the clock)."""
    here = localtime(at)
    eight = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if here.weekday() != 0 or not eight <= here < eight + STILL_GOOD:
        return
    prefix = f"lundi-{here:%Y-%m-%d}-"
    told = outbox.written(prefix)
    people = User.objects.to_tell_on_monday().order_by("pk")
    one_by_one(
        [user for user in people if str(user.pk) not in told],
        lambda user: write_to(user, at, prefix),
    )


def write_to(user: User, at: datetime, prefix: str) -> None:
    cards = cards_for(user, at)
    if any(card.asks for card in cards):
        shown = for_message(cards)
        emails.monday(user, shown, words=in_text(shown), key=f"{prefix}{user.pk}")


class MondayForm(forms.ModelForm):
    class Meta:
        model = User
        fields: ClassVar = ["monday_message"]


class MondayPanel(BaseSettingsPanel):
    """The box, in the account settings of the back office."""

    name = "lundi"
    title = "Message du lundi"
    tab = notifications_tab
    order = 90
    form_class = MondayForm
