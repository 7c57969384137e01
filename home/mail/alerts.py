"""Alert e-mails to staff: a flooded form, a large export, an erasure that waits for somebody's word."""

from datetime import date

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.urls import reverse

from home.access import Account
from home.mail import outbox


def large_export(title: str, *, count: int, reason: str, by: Account) -> None:
    """Tell each active superuser about an export of many rows."""
    for admin in get_user_model().objects.filter(is_superuser=True, is_active=True):
        outbox.send(
            kind="export",
            to=admin.email,
            template="home/emails/large_export",
            context={"list": title, "count": count, "reason": reason, "by": str(by)},
        )


def flood(form_name: str, count: int, *, hour: int) -> None:
    """Tell each person who may view the outbox that a form reached its hourly limit. Once per form and hour."""
    path = reverse("home_outgoingemail_modeladmin_index")
    for reader in ModelBackend().with_perm("home.view_outgoingemail"):
        outbox.send(
            kind="trop de demandes",
            to=reader.email,
            template="home/emails/flood",
            context={"form": form_name, "count": count, "url": outbox.absolute_url(path)},
            dedup_key=f"trop-de-demandes:{form_name}:{hour}:{reader.pk}",
        )


def erasure_held(what: str, *, day: date) -> None:
    """Tell each active superuser that nothing was erased: too much of `what` at once or, if empty, the clock jumped."""
    for admin in get_user_model().objects.filter(is_superuser=True, is_active=True):
        outbox.send(
            kind="effacement en attente",
            to=admin.email,
            template="home/emails/erasure_held",
            context={"what": what},
            dedup_key=f"effacement:{what.split('(')[0].strip() or 'horloge'}:{day}:{admin.pk}",
        )
