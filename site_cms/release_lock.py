"""One `release` at a time: the second waits for the first, on another host too."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

#: Of PostgreSQL's advisory locks, which are numbers that applications agree on.
NUMBER = 7_310_405_291_137


@contextmanager
def one_release(tell: Callable[[str], Any]) -> Iterator[None]:
    """Wait for a `release` of this host (DATA_DIR), and on PostgreSQL for those of others too."""
    with (Path(settings.DATA_DIR) / "release.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("Another release runs: waiting for its end…")
            fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [NUMBER])
            if not cursor.fetchone()[0]:
                tell("Another release runs: waiting for its end…")
                cursor.execute("SELECT pg_advisory_lock(%s)", [NUMBER])
            try:
                yield
            finally:
                # A failing release may have closed the connection, which frees the lock.
                if connection.is_usable():
                    connection.cursor().execute("SELECT pg_advisory_unlock(%s)", [NUMBER])
