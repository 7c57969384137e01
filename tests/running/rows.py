"""Prints the rows of each table of the site's database, as JSON: `python -m tests.running.rows`."""

import json
import sys

import django

django.setup()

from site_cms.tables import read_rows, site_tables

if __name__ == "__main__":
    json.dump(
        {
            table.name: sorted(map(str, read_rows(table, using="default")))
            for table in site_tables()
        },
        sys.stdout,
    )
