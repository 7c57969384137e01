"""The rows of every table, read from and written to SQLite or PostgreSQL, without models' managers, signals or defaults.

Values travel in a form of their own that JSON can hold, so that a backup of one kind of database fits the other.
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, models
from django.db.migrations.recorder import MigrationRecorder

#: Made again from the rest, in tables that differ between SQLite and PostgreSQL.
INDEX_TABLES = {"wagtailsearch_indexentry_fts", "wagtailsearch_indexentry"}
BATCH = 500

Value = str | int | float | bool | None
Row = tuple[Value, ...]


@dataclass(frozen=True)
class Column:
    """A column. `kind` is a key of FIELDS, or "plain" for text and numbers, "json", "address" or "bytes"."""

    name: str
    kind: str


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    #: The column that the database numbers, or "".
    numbered: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Table":
        columns = tuple(Column(column["name"], column["kind"]) for column in data["columns"])
        table = cls(data["name"], columns, data["numbered"])
        for name in (table.name, *(column.name for column in columns)):
            if not name.isidentifier():
                raise ValueError(f"{name!r} names no table or column")
        return table


#: Fields whose conversions to and from a database are used, by kind of column.
FIELDS: dict[str, models.Field[Any, Any]] = {
    "BooleanField": models.BooleanField(),
    "DateField": models.DateField(),
    "DateTimeField": models.DateTimeField(),
    "DecimalField": models.DecimalField(max_digits=30, decimal_places=10),
    "DurationField": models.DurationField(),
    "TimeField": models.TimeField(),
    "UUIDField": models.UUIDField(),
}
OTHER_KINDS = {"JSONField": "json", "GenericIPAddressField": "address", "BinaryField": "bytes"}
NUMBERED = (models.AutoField, models.BigAutoField, models.SmallAutoField)


def site_tables() -> list[Table]:
    """Return the tables of all installed applications and that of their migrations, but the search index."""
    found: dict[str, Table] = {}
    models_of_all: list[type[models.Model]] = [
        MigrationRecorder.Migration,
        *apps.get_models(include_auto_created=True),
    ]
    for model in models_of_all:
        options = model._meta
        if options.managed and not options.proxy and options.db_table not in INDEX_TABLES:
            found[options.db_table] = table_of(model)
    return list(found.values())


def table_of(model: type[models.Model]) -> Table:
    options = model._meta
    fields = [field for field in options.local_concrete_fields if not field.generated]
    key = options.pk
    is_numbered = isinstance(key, NUMBERED) and key in fields
    return Table(
        options.db_table,
        tuple(Column(str(field.column), kind_of(field)) for field in fields),
        str(key.column) if is_numbered and key else "",
    )


def kind_of(field: Any) -> str:
    while field.remote_field:
        field = field.target_field
    kind = field.get_internal_type()
    return kind if kind in FIELDS else OTHER_KINDS.get(kind, "plain")


# Reading


def read_rows(table: Table, *, using: str) -> Iterator[Row]:
    """Yield the rows, a few hundred at a time in memory."""
    connection = connections[using]
    readers = [reader_of(column.kind, connection) for column in table.columns]
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {names(table, connection)} FROM {quoted(table.name, connection)}")
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                yield tuple(read(value) for read, value in zip(readers, row, strict=True))


def reader_of(kind: str, connection: Any) -> Any:
    """Return a function from the database's value to that of a backup."""
    if kind == "bytes":
        return lambda value: None if value is None else base64.b64encode(bytes(value)).decode()
    if kind == "address":
        return lambda value: None if value is None else str(value)
    if kind not in FIELDS:
        return lambda value: value
    field = FIELDS[kind]
    expression = models.expressions.ExpressionWrapper(models.Value(None), output_field=field)
    converters = [
        *connection.ops.get_db_converters(expression),
        *field.get_db_converters(connection),
    ]

    def read(value: Any) -> Value:
        for convert in converters:
            value = convert(value, expression, connection)
        return packed(value)

    return read


def packed(value: Any) -> Value:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    return str(value) if isinstance(value, UUID | Decimal) else value


def count_rows(table: Table, *, using: str) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {quoted(table.name, connections[using])}")
        return int(cursor.fetchone()[0])


def last_number(table: Table, *, using: str) -> int:
    """Return the last number given, also to a row that is gone: old links must not lead to a new row."""
    if not table.numbered:
        return 0
    connection = connections[using]
    column, name = quoted(table.numbered, connection), quoted(table.name, connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max({column}), 0) FROM {name}")
        highest = int(cursor.fetchone()[0])
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
                [name, table.numbered],
            )
        else:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
        given = cursor.fetchone()
    return max(highest, (given and given[0]) or 0)


# Writing


def clear_tables(tables: Iterable[Table], *, using: str) -> None:
    """Delete all rows of these tables, and the search index, which names them."""
    connection = connections[using]
    index = INDEX_TABLES & set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name in [*index, *(table.name for table in tables)]:
            cursor.execute(f"DELETE FROM {quoted(name, connection)}")


def write_rows(table: Table, rows: Iterable[Row], *, using: str) -> int:
    """Insert the rows, and return how many."""
    connection = connections[using]
    writers = [writer_of(column.kind, connection) for column in table.columns]
    marks = ", ".join(mark_of(column.kind, connection) for column in table.columns)
    statement = f"INSERT INTO {quoted(table.name, connection)} ({names(table, connection)}) VALUES ({marks})"
    written = 0
    with connection.cursor() as cursor:
        waiting = iter(rows)
        while batch := list(islice(waiting, BATCH)):
            cursor.executemany(
                statement,
                [
                    tuple(write(value) for write, value in zip(writers, row, strict=True))
                    for row in batch
                ],
            )
            written += len(batch)
    return written


def writer_of(kind: str, connection: Any) -> Any:
    """Return a function from a backup's value to the database's."""
    if kind == "bytes":
        return lambda value: None if value is None else base64.b64decode(value)
    if kind == "DurationField":
        field = FIELDS[kind]
        return lambda value: field.get_db_prep_save(
            None if value is None else timedelta(microseconds=value), connection
        )
    if kind in FIELDS:
        field = FIELDS[kind]
        return lambda value: field.get_db_prep_save(field.to_python(value), connection)
    return lambda value: value


def mark_of(kind: str, connection: Any) -> str:
    casts = {"json": "%s::jsonb", "address": "%s::inet"}
    return casts.get(kind, "%s") if connection.vendor == "postgresql" else "%s"


def number_on(table: Table, last: int, *, using: str) -> None:
    """Let the database number the next row after this one."""
    if not (table.numbered and last):
        return
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = [quoted(table.name, connection), table.numbered]
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [*sequence, last])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last]
            )


def names(table: Table, connection: Any) -> str:
    return ", ".join(quoted(column.name, connection) for column in table.columns)


def quoted(name: str, connection: Any) -> str:
    return str(connection.ops.quote_name(name))


def applied_migrations(*, using: str) -> set[tuple[str, str]]:
    return set(MigrationRecorder(connections[using]).applied_migrations())


def holds_a_site(*, using: str) -> bool:
    """Whether the database has accounts, or pages besides the two that Wagtail's migrations make."""
    known = connections[using].introspection.table_names()
    limits = {"directory_user": 0, "wagtailcore_page": 2}
    return any(
        count_rows(Table(name, ()), using=using) > most
        for name, most in limits.items()
        if name in known
    )
