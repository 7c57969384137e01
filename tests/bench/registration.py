"""Benchmark of registration: accepted registrations per second on one event, on PostgreSQL, with a process per core.

DATABASE_URL is the server; the benchmark creates its own database. Everyone has opened the form before the clock
starts, like people who wait for the opening. The client and PostgreSQL run on the same cores.
"""

import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import psycopg

from site_cms import gateway
from tests.bench.running_site import RunningSite, free_port, postgresql_database
from tests.bench.visitor import Answer, Fields, Visitor

SERVER = os.environ.get("DATABASE_URL", "")  # of the shell; other benchmarks run on SQLite
CORES = os.cpu_count() or 1
LOAD = os.getloadavg()[0]
PEOPLE = 400
PLACES = 300
AT_ONCE = CORES * gateway.THREADS  # as many concurrent posts as the site has threads
ALLOWED = 50  # minimum accepted per second
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


def run() -> int:
    """Print the rate. Return 1 if it is below the budget, or if a registration is lost or exceeds the capacity."""
    print("Registrations on one event:")
    if not SERVER.startswith("postgres"):
        print("not measured: DATABASE_URL names no PostgreSQL.\n")
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder,
        postgresql_database(SERVER) as url,
    ):
        settings = {"WEB_CONCURRENCY": str(CORES)}
        return report(measure(RunningSite(Path(folder), free_port(), url, settings)))


def measure(site: RunningSite) -> Measure:
    event = site.run("tests.bench.content", f"Journée={PLACES}")
    with site.started("web"), ThreadPoolExecutor(AT_ONCE) as pool:
        opened = list(
            pool.map(lambda number: open_form(site, event["path"], number), range(PEOPLE))
        )
        started, own = time.perf_counter(), time.process_time()
        answers = list(pool.map(lambda one: one[0].post(event["path"], one[1]), opened))
        seconds, own = time.perf_counter() - started, time.process_time() - own
    with psycopg.connect(site.database_url) as connection:
        return Measure(answers, seconds, own, dict(connection.execute(SEATS).fetchall()))


def open_form(site: RunningSite, path: str, number: int) -> tuple[Visitor, Fields]:
    """Return a visitor with their own IP address, and the form that they will post."""
    visitor = Visitor(site.address, f"10.3.{number // 250}.{number % 250 + 1}")
    form = visitor.get(path).form("organisation")
    return visitor, form | {"name": [f"Personne {number}"], "email": [f"p{number}@example.org"]}


def report(measure: Measure) -> int:
    print(f"{measure.accepted} of {PEOPLE} accepted in {measure.seconds:.1f} s, {PLACES} places:")
    print(f"{measure.rate:.0f} per second, p95 {measure.p95 * 1000:.0f} ms with {AT_ONCE} at once")
    print(
        f"lost: {measure.lost}; places sold twice: {measure.over}; refused: {PEOPLE - measure.accepted}"
    )
    print(
        f"{CORES} cores for {CORES} web processes of {gateway.THREADS} threads, PostgreSQL and the asking,"
        f" which took {measure.own_seconds / measure.seconds:.0%} of one; load before: {LOAD:.1f}"
    )
    wrong = measure.lost or measure.over or measure.accepted < PEOPLE
    slow = measure.rate < ALLOWED
    print(
        f"Allowed: {ALLOWED} per second, none lost, none over.{'  over' if slow or wrong else ''}\n"
    )
    return int(bool(slow or wrong))
