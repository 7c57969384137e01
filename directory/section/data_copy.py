"""All that the site holds of one account, to take away: the tables where the person appears, and their photo."""

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q

from directory.models import Card, ContactMessage, Member, User
from home import spreadsheets

#: Where people are written down. The rest (pages, their history) is the network's.
APPS = ("directory", "events", "home", "account", "usersessions")
#: The columns by which someone is known without an account.
ADDRESSES = ("email", "recipient")
#: What hangs on a row of one's own, by the field that leads to it.
BELOW = {"events.Seat": "registration", "home.Consent": "subscriber"}
#: What opens a door, what serves machines only, and what would tell that somebody closed theirs.
LEFT_OUT = {
    "password", "token_hash", "link_key", "session_key", "form_key", "message_id", "dedup_key", "html", "headers",
    "attachments", "search_text", "sort_key", "card", "card_ptr", "delivered", "reported_at",
    "handled_at",
}  # fmt: skip


def own_archive(user: User) -> bytes:
    """A ZIP: everything as JSON for programs, a CSV of each table for people, and the photo."""
    tables = {name: [row_of(row) for row in rows] for name, rows in own_tables(user)}
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        text = json.dumps(tables, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        packed.writestr("donnees.json", text)
        for name, rows in tables.items():
            cells = (list(row.values()) for row in rows)
            packed.writestr(f"{name}.csv", spreadsheets.csv_text(list(rows[0]), cells))
        for card in Member.objects.filter(user=user).exclude(photo=""):
            with card.photo.open("rb") as photo:
                packed.writestr("photo.jpg", photo.read())
    return archive.getvalue()


def own_tables(user: User) -> Iterator[tuple[str, list[Model]]]:
    """Each table in which this person appears, by account or by address. The reader of a table is never told of others."""
    yield "compte", [user]
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model._meta.proxy or model in (User, Card):
            continue
        rows = list(model._default_manager.filter(where(model, user)).distinct().order_by("pk"))
        if rows:
            yield f"{model._meta.app_label}-{model._meta.model_name}", rows


def where(model: type[Model], user: User) -> Q:
    """What makes a row of this table theirs; nothing at all when no column can."""
    if model is ContactMessage:
        return Q(sender=user) | Q(recipient=user, delivered=True)
    if parent := BELOW.get(model._meta.label):
        return where_through(model, parent, user)
    theirs = Q(pk__in=[])
    for field in model._meta.concrete_fields:
        if field.related_model is User and not getattr(field.remote_field, "hidden", True):
            theirs |= Q(**{field.name: user})
        elif field.name in ADDRESSES and not issubclass(model, Card):
            theirs |= Q(**{f"{field.name}__iexact": user.email})
    return theirs


def where_through(model: type[Model], parent: str, user: User) -> Q:
    above = model._meta.get_field(parent).related_model
    rows = above._default_manager.filter(where(above, user))  # type: ignore[union-attr,arg-type]
    return Q(**{f"{parent}__in": rows})


def row_of(row: Model) -> dict[str, Any]:
    """The row in words, column by column."""
    told: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.name in LEFT_OUT or getattr(field.remote_field, "parent_link", False):
            continue
        value = getattr(row, field.name)
        is_plain = isinstance(value, str | int | float | bool | dict | list | type(None))
        is_moment = hasattr(value, "isoformat")
        told[field.name] = value if is_plain or is_moment else str(value)
    if getattr(row, "secret", False):
        told["text"] = ""  # a code, or what another member wrote
    if isinstance(row, Member):
        told["themes"] = [str(theme) for theme in row.themes.all()]
    return told
