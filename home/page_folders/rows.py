"""Fields of a row, and the rows below it, in exported files. What has its field's default is left out."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import COMMENTS_RELATION_NAME, Page

from home.models import Theme
from home.page_folders import rich_text
from home.page_folders.block_values import plain_stream, raw_stream
from home.page_folders.names import Finds, Names, Unreadable

#: Fields of the tree, of the moment and of accounts.
NOT_CONTENT = frozenset(
    [
        "id",
        "page_ptr",
        "path",
        "depth",
        "numchild",
        "content_type",
        "url_path",
        "owner",
        "draft_title",
        "live",
        "has_unpublished_changes",
        "latest_revision",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
        "expired",
        "locale",
        "translation_key",
        "alias_of",
        "last_published_at",
        "latest_revision_created_at",
        "sort_order",
    ]
)


def content_fields(model: type[models.Model], *without: str) -> Iterator[Any]:
    """Yield the fields that an exported file tells: all but keys, relations to accounts, and `without`."""
    for one in model._meta.concrete_fields:
        is_account = one.is_relation and one.related_model is get_user_model()
        if one.name not in NOT_CONTENT and one.name not in without and not is_account:
            yield one


def child_relations(model: type[Page]) -> list[Any]:
    """Return the relations whose rows are part of the page: sessions, questions, themes. Comments are not."""
    return [
        relation
        for relation in get_all_child_relations(model)
        if relation.get_accessor_name() != COMMENTS_RELATION_NAME
    ]


# From the database


def plain_row(row: models.Model, fields: Iterable[Any], names: Names) -> dict[str, Any]:
    found = {}
    for one in fields:
        value = getattr(row, one.attname)
        if value != default_of(one):
            written = plain_value(one, value, names)
            if written not in ([], None):
                found[one.name] = written
    return found


def default_of(one: Any) -> Any:
    """Return the default of a field, None where each row has its own."""
    return None if has_own_default(one) else one.get_default()


def has_own_default(one: Any) -> bool:
    """Return whether each new row has a value of its own: a UUID, the present moment."""
    return one.default is not models.NOT_PROVIDED and callable(one.default)


def plain_value(one: Any, value: Any, names: Names) -> Any:
    if one.is_relation:
        return related_name(one.related_model, value, names) if value else None
    if isinstance(one, StreamField):
        return plain_stream(one.stream_block, list(value.raw_data), names)
    if isinstance(one, RichTextField):
        return rich_text.written(rich_text.portable(value, names))
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    return value if isinstance(value, str | bool | int | type(None)) else str(value)


def related_name(model: type[models.Model], key: Any, names: Names) -> str | None:
    if issubclass(model, Page):
        return names.page(key)
    if model is get_image_model():
        return names.image(key)
    if model is get_document_model():
        return names.document(key)
    if model is Theme:
        return str(Theme.objects.get(pk=key).slug)
    raise NotImplementedError(f"{model} has no name in exported files")


def plain_children(page: Page, names: Names) -> dict[str, list[Any]]:
    """Return the rows below a page, in order. Rows of one field are written as its value alone."""
    found = {}
    for relation in child_relations(type(page)):
        name, fields = relation.get_accessor_name(), row_fields(relation)
        rows = [plain_row(row, fields, names) for row in getattr(page, name).all()]
        if len(fields) == 1:
            rows = [row[fields[0].name] for row in rows if row]
        if rows:
            found[name] = rows
    return found


def row_fields(relation: Any) -> list[Any]:
    return list(content_fields(relation.related_model, relation.field.name))


# Back to the database


def fill_row(
    row: models.Model, fields: Iterable[Any], values: dict[str, Any], finds: Finds
) -> None:
    """Set each field: to its value, else to its default. One whose default is new for each row is left as it is."""
    for one in fields:
        if values.get(one.name) is not None:
            setattr(row, one.attname, read_value(one, values[one.name], finds))
        elif isinstance(one, StreamField):
            setattr(row, one.attname, [])
        elif not has_own_default(one):
            setattr(row, one.attname, one.get_default())


def read_value(one: Any, value: Any, finds: Finds) -> Any:
    try:
        if one.is_relation:
            return related_key(one.related_model, str(value), finds)
        if isinstance(one, StreamField):
            if not isinstance(value, list):
                raise Unreadable("a list of blocks is expected")
            return raw_stream(one.stream_block, value, finds)
        if isinstance(one, RichTextField):
            return rich_text.installed(rich_text.read(str(value)), finds)
        return one.to_python(value if isinstance(value, bool | int) else str(value))
    except Unreadable as refusal:
        raise Unreadable(f"{one.name}: {refusal}") from None
    except ValidationError as refusal:
        raise Unreadable(f"{one.name}: {' '.join(refusal.messages)}") from None


def related_key(model: type[models.Model], name: str, finds: Finds) -> Any:
    if issubclass(model, Page):
        return finds.page(name)
    if model is get_image_model():
        return finds.image(name)
    if model is get_document_model():
        return finds.document(name)
    theme = Theme.objects.filter(slug=name).first()
    if theme is None:
        finds.tell(f"the theme {name!r} is not here")
    return theme and theme.pk


def fill_children(page: Page, header: dict[str, Any], finds: Finds) -> None:
    """Set the rows below a page. A row that is there already keeps its key, so that seats keep their session."""
    for relation in child_relations(type(page)):
        name, fields = relation.get_accessor_name(), row_fields(relation)
        values = header.get(name) or []
        if not isinstance(values, list):
            raise Unreadable(f"{name}: a list is expected")
        known = list(getattr(page, name).all()) if page.pk else []
        rows = []
        for order, value in enumerate(values):
            told = value if isinstance(value, dict) else {fields[0].name: value}
            row = same_row(known, told) or relation.related_model()
            fill_row(row, fields, told, finds)
            row.sort_order = order
            if all(getattr(row, one.attname) is not None or one.null for one in fields):
                rows.append(row)
        getattr(page, name).set(rows)


def same_row(known: list[Any], value: dict[str, Any]) -> Any:
    """Take the row of the same UUID out of those that are there; of rows without one, the next."""
    for row in known:
        if str(getattr(row, "uuid", "")) == str(value.get("uuid", "")):
            known.remove(row)
            return row
    return None
