"""`make faults`: ten minutes of outages, told in docs/faults.md.

    DATABASE_URL=postgres://… CACHE_URL=redis://…/9 python -m tests.faults [SECONDS]

Without DATABASE_URL it runs on SQLite, else in a new database of that server. Exit code 1 if something was lost or was not
well again in time, 2 if it cannot run.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.bench.running_site import BASE_DIR, RunningSite, free_port, postgresql_database
from tests.faults.rehearsal import RECOVERY, Story, own_disk, rehearse, staged
from tests.faults.table import write_table
from tests.running.crowd import Event

SECONDS, FEWEST, MOST = 600, 20, 7200
PAGE = BASE_DIR / "docs" / "faults.md"


class Refused(Exception):
    """It cannot run: the sentence says why."""


def main(arguments: list[str]) -> int:
    try:
        seconds = seconds_of(arguments)
        database, redis = os.environ.get("DATABASE_URL", ""), os.environ.get("CACHE_URL", "")
        check_services(database, redis)
        story = run(seconds, database, redis)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    late = [one.outage.name for one in story.spells if one.recovery > RECOVERY]
    for fault in [*story.ledger.faults, *(f"too late: {name}" for name in late)]:
        print(fault, file=sys.stderr)
    return int(bool(story.ledger.faults or late))


def seconds_of(arguments: list[str]) -> int:
    said = arguments or [str(SECONDS)]
    if len(said) > 1 or not said[0].isdecimal() or not FEWEST <= int(said[0]) <= MOST:
        raise Refused(
            f"Say how many seconds the faults take, from {FEWEST} to {MOST}: make faults SECONDS={SECONDS}"
        )
    return int(said[0])


def check_services(database: str, redis: str) -> None:
    if database and not database.startswith("postgres"):
        raise Refused("DATABASE_URL must be postgres://…, or empty for SQLite.")
    if redis and not redis.startswith("redis://"):
        raise Refused("CACHE_URL must be redis://…, or empty to do without Redis.")


def run(seconds: int, database: str, redis: str) -> Story:
    with database_of(database) as url, own_disk() as folder:
        site = RunningSite(folder, free_port(), url)
        with staged(site, redis) as stage:
            event = Event(**stage.site.run("tests.bench.content", "Entière=100000"))
            story = rehearse(stage, event, seconds)
            PAGE.write_text(
                write_table(
                    story,
                    command=f"make faults SECONDS={seconds}",
                    services=services(database, redis, has_disk=stage.has_disk),
                )
            )
    print(f"Written: {PAGE.relative_to(BASE_DIR)}")
    return story


@contextmanager
def database_of(server: str) -> Iterator[str]:
    if not server:
        yield ""
        return
    try:
        with postgresql_database(server) as url:
            yield url
    except psycopg.OperationalError as error:
        raise Refused("The PostgreSQL server of DATABASE_URL does not answer.") from error


def services(database: str, redis: str, *, has_disk: bool) -> str:
    names = [
        "PostgreSQL" if database else "SQLite",
        "Redis" if redis else "no Redis",
        "DATA_DIR on a file system of its own"
        if has_disk
        else "DATA_DIR in a folder: a full disk was not tried, for it needs the right to mount one",
    ]
    return f"It ran on {names[0]}, {names[1]}, with {names[2]}."


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was mounted and started ends
    sys.exit(main(sys.argv[1:]))
