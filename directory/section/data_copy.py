"""Export of a user's personal data: the rows of all tables about them, and their photo."""

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
from home.french.names import name_key

#: Apps with personal data. The rest (pages, their history) belongs to the network.
APPS = ("directory", "events", "home", "account", "usersessions")
#: Columns that identify a person without an account.
ADDRESSES = ("email", "recipient")
#: Models whose rows belong to the user through another row, with the foreign key to it.
BELOW = {
    "events.Seat": "registration",
    "events.Certificate": "registration",
    "home.Consent": "subscriber",
}
#: Left out: secrets, technical columns, and columns that would reveal that someone blocked the user.
LEFT_OUT = {
    "password", "token_hash", "link_key", "session_key", "content_key", "name_key", "message_id", "dedup_key", "html", "headers",
    "attachments", "search_text", "sort_key", "card", "card_ptr", "delivered", "reported_at",
    "handled_at",
}  # fmt: skip


def own_archive(user: User) -> bytes:
    """Return a ZIP with all data as JSON, a CSV per table, and the photo."""
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
    """Yield (name, rows) for each table with rows about the user, found by account or address.

    Rows never reveal data about other people.
    """
    yield "compte", [user]
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model._meta.proxy or model in (User, Card):
            continue
        rows = list(model._default_manager.filter(where(model, user)).distinct().order_by("pk"))
        if rows:
            yield f"{model._meta.app_label}-{model._meta.model_name}", rows


def where(model: type[Model], user: User) -> Q:
    """Return the filter for the user's rows of a model. It matches nothing if no column identifies people.

    Where rows say who of an address they are about, only the user's own and those of the address alone count.
    """
    if model is ContactMessage:
        return Q(sender=user) | Q(recipient=user, delivered=True)
    if parent := BELOW.get(model._meta.label):
        return where_through(model, parent, user)
    theirs = Q(pk__in=[])
    for field in model._meta.concrete_fields:
        if field.related_model is User and not getattr(field.remote_field, "hidden", True):
            theirs |= Q(**{field.name: user})
        elif field.name in ADDRESSES and not issubclass(model, Card):
            theirs |= Q(**{f"{field.name}__iexact": user.email}) & named(model, user)
    return theirs


def named(model: type[Model], user: User) -> Q:
    columns = {field.name for field in model._meta.concrete_fields}
    return Q(name_key__in=["", name_key(user.get_full_name())]) if "name_key" in columns else Q()


def where_through(model: type[Model], parent: str, user: User) -> Q:
    above = model._meta.get_field(parent).related_model
    rows = above._default_manager.filter(where(above, user))  # type: ignore[union-attr,arg-type]
    return Q(**{f"{parent}__in": rows})


def row_of(row: Model) -> dict[str, Any]:
    """Return the row as a dictionary of exportable values."""
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
