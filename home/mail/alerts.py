"""E-mails that tell the team of something unusual: a flooded form, a large export."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.urls import reverse

from home.mail import outbox


def large_export(title: str, *, count: int, reason: str, by: Any) -> None:
    """To each person who administers the site: many rows have just left it."""
    for admin in get_user_model().objects.filter(is_superuser=True, is_active=True):
        outbox.send(
            kind="export",
            to=admin.email,
            template="home/emails/large_export",
            context={"list": title, "count": count, "reason": reason, "by": str(by)},
        )


def flood(form_name: str, count: int, *, hour: int) -> None:
    """To each person of the team who sees what leaves: a form asked for too many messages in this hour."""
    path = reverse("home_outgoingemail_modeladmin_index")
    for reader in ModelBackend().with_perm("home.view_outgoingemail"):
        outbox.send(
            kind="trop de demandes",
            to=reader.email,
            template="home/emails/flood",
            context={"form": form_name, "count": count, "url": outbox.absolute_url(path)},
            dedup_key=f"trop-de-demandes:{form_name}:{hour}:{reader.pk}",
        )
