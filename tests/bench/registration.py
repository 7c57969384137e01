"""Benchmark of registration: accepted registrations per second on one event, with a process per core.

Runs on SQLite, then on PostgreSQL if DATABASE_URL is a server; the benchmark creates its own database. Everyone has opened the form before the clock
starts, like people who wait for the opening. The client and PostgreSQL run on the same cores.
"""

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import psycopg

from site_cms import gateway
from tests.bench.document import Section, Table
from tests.bench.running_site import RunningSite, free_port, postgresql_database
from tests.bench.visitor import Answer, Fields, Visitor

SERVER = os.environ.get("DATABASE_URL", "")  # of the shell; other benchmarks run on SQLite
CORES = os.cpu_count() or 1
SETTINGS = {"WEB_CONCURRENCY": str(CORES)}
PEOPLE = 400
PLACES = 300
AT_ONCE = CORES * gateway.THREADS  # as many concurrent posts as the site has threads
ALLOWED = 50  # minimum accepted per second
HEAD = (
    "database",
    "per second",
    "p95 ms",
    "refused",
    "lost",
    "sold twice",
    "processor of the asking",
)
SEATS = "SELECT state, COUNT(*) FROM events_seat GROUP BY state"


@dataclass(frozen=True)
class Measure:
    answers: list[Answer]
    seconds: float
    own_seconds: float
    """CPU time of the client."""
    seats: dict[str, int]

    @property
    def accepted(self) -> int:
        return sum(answer.status == HTTPStatus.SEE_OTHER for answer in self.answers)

    @property
    def rate(self) -> float:
        return self.accepted / self.seconds

    @property
    def p95(self) -> float:
        return statistics.quantiles([answer.seconds for answer in self.answers], n=20)[-1]

    @property
    def lost(self) -> int:
        return self.accepted - sum(self.seats.values())

    @property
    def over(self) -> int:
        return max(0, self.seats.get("confirmed", 0) - PLACES)


def run() -> Section:
    """Measure on SQLite, and on PostgreSQL if there is one. The rate has a budget on PostgreSQL only."""
    with tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder:
        measures = {"SQLite": measure(RunningSite(Path(folder), free_port(), "", SETTINGS))}
    if SERVER.startswith("postgres"):
        with (
            tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder,
            postgresql_database(SERVER) as url,
        ):
            site = RunningSite(Path(folder), free_port(), url, SETTINGS)
            measures["PostgreSQL"] = measure(site)
    return report(measures)


def measure(site: RunningSite) -> Measure:
    event = site.run("tests.bench.content", f"Journée={PLACES}")
    with site.started("web"), ThreadPoolExecutor(AT_ONCE) as pool:
        opened = list(
            pool.map(lambda number: open_form(site, event["path"], number), range(PEOPLE))
        )
        started, own = time.perf_counter(), time.process_time()
        answers = list(pool.map(lambda one: one[0].post(event["path"], one[1]), opened))
        seconds, own = time.perf_counter() - started, time.process_time() - own
    return Measure(answers, seconds, own, seats_of(site))


def seats_of(site: RunningSite) -> dict[str, int]:
    if site.database_url:
        with psycopg.connect(site.database_url) as connection:
            return dict(connection.execute(SEATS).fetchall())
    with closing(sqlite3.connect(site.folder / "site.sqlite3")) as connection:
        return dict(connection.execute(SEATS).fetchall())


def open_form(site: RunningSite, path: str, number: int) -> tuple[Visitor, Fields]:
    """Return a visitor with their own IP address, and the form that they will post."""
    visitor = Visitor(site.address, f"10.3.{number // 250}.{number % 250 + 1}")
    form = visitor.get(path).form("organisation")
    return visitor, form | {"name": [f"Personne {number}"], "email": [f"p{number}@example.org"]}


def report(measures: Mapping[str, Measure]) -> Section:
    over = sum(is_over(database, measure) for database, measure in measures.items())
    rows = [row(database, measure) for database, measure in measures.items()]
    absent = (
        "" if "PostgreSQL" in measures else " PostgreSQL: not run, DATABASE_URL names no server."
    )
    return Section(
        "Registrations",
        [
            (
                f"{PEOPLE} people register for one event of {PLACES} places, {AT_ONCE} at once; the others wait for a place. {CORES}"
                f" web processes of {gateway.THREADS} threads, the database and the asking share {CORES} cores.{absent}"
            ),
            Table(HEAD, rows),
            f"Allowed: none lost, none sold twice, none refused; {ALLOWED} per second on PostgreSQL.{' Over.' if over else ''}",
        ],
        over=over,
    )


def row(database: str, measure: Measure) -> tuple[str, ...]:
    return (
        database,
        f"{measure.rate:.0f}",
        f"{measure.p95 * 1000:.0f}",
        f"{PEOPLE - measure.accepted}",
        f"{measure.lost}",
        f"{measure.over}",
        f"{measure.own_seconds / measure.seconds:.0%}",
    )


def is_over(database: str, measure: Measure) -> bool:
    wrong = measure.lost or measure.over or measure.accepted < PEOPLE
    return bool(wrong) or (database == "PostgreSQL" and measure.rate < ALLOWED)
