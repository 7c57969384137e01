"""Copying the site's database into an empty one of the other kind, or of the same."""

from django.db import connections, transaction

from site_cms.backup import one_moment
from site_cms.environment import database_settings
from site_cms.tables import (
    clear_tables,
    last_number,
    number_on,
    read_rows,
    site_tables,
    write_rows,
)

TARGET = "target"


def connect_target(url: str) -> None:
    """Make the database of this DATABASE_URL known as `TARGET`."""
    [settings] = connections.configure_settings({"default": database_settings(url)}).values()
    connections.databases[TARGET] = settings


def copy_rows() -> dict[str, int]:
    """Copy every row into `TARGET`, which has the same tables, in one transaction. Return how many, by table."""
    tables = site_tables()
    numbers = {}
    with one_moment(), transaction.atomic(using=TARGET):
        clear_tables(tables, using=TARGET)
        for table in tables:
            rows = read_rows(table, using="default")
            numbers[table.name] = write_rows(table, rows, using=TARGET)
            number_on(table, last_number(table, using="default"), using=TARGET)
        connections[TARGET].check_constraints()
    return numbers
