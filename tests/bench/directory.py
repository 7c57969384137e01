"""Benchmark of the directory: searches with two facets among 10,000 members and 2,000 organisations.

Runs on SQLite, then on PostgreSQL if `DATABASE_URL` is a PostgreSQL server: in a new database, dropped afterwards.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from itertools import combinations, product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import django
from django.core.management import call_command
from django.db import connection

from home.french import slugify_fr
from tests.bench.client import ask_as, count_queries, in_a_new_process, visitor
from tests.bench.document import Section, Table
from tests.bench.running_site import postgresql_database

BASE_DIR = Path(__file__).resolve().parents[2]
MEMBERS, ORGANISATIONS = 10_000, 2_000
QUERIES_ALLOWED = 16
MILLISECONDS_ALLOWED = 150
SEARCHES = 200
MEMBER = "membre@example.org"
LIST = "/membres/annuaire/"
WORDS = ("", "participation", "delattre", "budget participatif", "élues", "salle", "tirage au sort")
THEMES = ("coopération", "démocratie", "participation", "tiers-lieux", "transitions")
#: Read at import, before other benchmarks change the environment.
SERVER = os.environ.get("DATABASE_URL", "")
HEAD = ("database", "queries, 24 members", "with all", "median ms", "p95 ms", "longest ms", "")
Measure = tuple[int, int, list[float]]


def run() -> Section:
    measures = {"SQLite": measure_on("")}
    if urlsplit(SERVER).scheme.startswith("postgres"):
        with postgresql_database(SERVER) as database:
            measures["PostgreSQL"] = measure_on(database)
    return report(measures)


def measure_on(database: str) -> Measure:
    """Measure in a subprocess, because Django reads its database settings once."""
    with tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder:
        own = os.environ | {"DATABASE_URL": database, "DATA_DIR": folder}
        # Before django.setup() in the subprocess, because the static files manifest is read once.
        for command in (["migrate"], ["collectstatic", "--noinput"]):
            subprocess.run(
                [sys.executable, "manage.py", *command, "--verbosity=0"],
                cwd=BASE_DIR,
                env=own,
                check=True,
            )
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.directory"],
            cwd=BASE_DIR,
            env=own,
            check=True,
            stdout=subprocess.PIPE,
        )
    few, many, milliseconds = json.loads(done.stdout)
    return few, many, milliseconds


def report(measures: Mapping[str, Measure]) -> Section:
    rows = [row(database, *measure) for database, measure in measures.items()]
    absent = (
        "" if "PostgreSQL" in measures else " PostgreSQL: not run, DATABASE_URL names no server."
    )
    return Section(
        "Directory",
        [
            (
                f"{MEMBERS:,} members and {ORGANISATIONS:,} organisations; {SEARCHES} searches with two facets, in a warm process."
                f"{absent}"
            ),
            Table(HEAD, rows),
            f"Allowed: p95 {MILLISECONDS_ALLOWED} ms; {QUERIES_ALLOWED} queries, the same with 24 members and with all.",
        ],
        over=sum(row[-1] == "over" for row in rows),
    )


def row(database: str, few: int, many: int, milliseconds: list[float]) -> tuple[str, ...]:
    late = statistics.quantiles(milliseconds, n=20)[-1]
    fault = not few == many <= QUERIES_ALLOWED or late > MILLISECONDS_ALLOWED
    times = (statistics.median(milliseconds), late, max(milliseconds))
    return database, f"{few}", f"{many}", *(f"{one:.0f}" for one in times), "over" if fault else ""


# In the subprocess


def measure() -> Measure:
    """Return the list's cold query counts with 24 members and with all, and each search's milliseconds, warm."""
    in_a_new_process(prepare)
    few = in_a_new_process(count_queries, LIST, MEMBER)
    in_a_new_process(fill)
    many = in_a_new_process(count_queries, LIST, MEMBER)
    return few, many, in_a_new_process(time_searches)


def prepare() -> None:
    from home.models import Theme  # noqa: PLC0415 -- app ready
    from site_cms.demo.people import make_network  # noqa: PLC0415 -- app ready
    from site_cms.site_tree import ensure_site  # noqa: PLC0415 -- app ready

    ensure_site()
    for name in THEMES:
        Theme.objects.get_or_create(slug=slugify_fr(name), defaults={"name": name})
    make_network()
    ask_as(visitor(MEMBER), LIST)


def fill() -> None:
    call_command("seed_crowd", members=MEMBERS, organisations=ORGANISATIONS, stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # PostgreSQL does it automatically within minutes


def searches() -> list[str]:
    """Return random distinct search URLs with two facets and often words, the same at each run."""
    from directory.models import Organisation, Territory  # noqa: PLC0415 -- app ready
    from home.models import Theme  # noqa: PLC0415 -- app ready

    values: dict[str, list[Any]] = {
        "qui": ["personnes", "organisations"],
        "type": Organisation.Kind.values,
        "territoire": list(Territory.objects.order_by("code").values_list("code", flat=True)),
        "theme": list(Theme.objects.order_by("slug").values_list("slug", flat=True)),
    }
    asked = [
        {"q": words, first: one, second: other}
        for words in WORDS
        for first, second in combinations(values, 2)
        for one, other in product(values[first], values[second])
    ]
    drawn = random.Random(1).sample(asked, SEARCHES)
    return [f"{LIST}?{urlencode(one)}" for one in drawn]


def time_searches() -> list[float]:
    client = visitor(MEMBER)
    ask_as(client, LIST)
    milliseconds = []
    for address in searches():
        started = time.perf_counter()
        ask_as(client, address)
        milliseconds.append((time.perf_counter() - started) * 1000)
    return milliseconds


if __name__ == "__main__":
    django.setup()
    json.dump(measure(), sys.stdout)
