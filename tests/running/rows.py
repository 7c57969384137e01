"""Prints the rows of each table of the site's database, as JSON: `python -m tests.running.rows`."""

import json
import sys

import django

django.setup()

from site_cms.tables import Row, Table, read_rows, site_tables


def comparable(table: Table, row: Row) -> str:
    """Return the row as text. PostgreSQL keeps JSON with its own spaces and order of keys."""
    return str(
        [
            json.dumps(json.loads(value), sort_keys=True)
            if column.kind == "json" and isinstance(value, str)
            else value
            for column, value in zip(table.columns, row, strict=True)
        ]
    )


def all_rows() -> dict[str, list[str]]:
    return {
        table.name: sorted(comparable(table, row) for row in read_rows(table, using="default"))
        for table in site_tables()
    }


if __name__ == "__main__":
    json.dump(all_rows(), sys.stdout)
