"""Counting of page views in the web process: one change of a dictionary per view, one write for all of ten seconds.

A view is an answer 200 or 304 to a GET for the path of a page, by a browser. What a front server answers in our place is
not seen here: FRONT_ANSWERS says so, and the report then says that nothing is counted. A process that is killed loses the
counts of its last seconds.
"""

import logging
import threading
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from home.models.counts import add_counts
from home.pages.tallies import SEARCHES, VISITS, is_robot

logger = logging.getLogger(__name__)

#: Seconds between two writes.
PAUSE = 10.0


class Counter:
    """Counts for the gateway. The thread that writes begins with the first view, once the processes are forked."""

    def __init__(self) -> None:
        self.has_begun = False

    def __call__(self, environ: dict[str, Any], status: int) -> None:
        if status not in {200, 304} or environ["REQUEST_METHOD"] != "GET":
            return
        path = environ["PATH_INFO"]
        agent = environ.get("HTTP_USER_AGENT", "")
        if path[-1:] != "/" or is_robot(agent) or "HTTP_SEC_PURPOSE" in environ:
            return
        if not settings.FRONT_ANSWERS:
            VISITS.add(path)
        if not self.has_begun:
            self.has_begun = True
            threading.Thread(target=write_for_ever, name="visits", daemon=True).start()


def write_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(PAUSE):
        close_old_connections()
        write()
        close_old_connections()


def write() -> None:
    """Write what was counted. After an error it is counted again with the next."""
    visits, searches = VISITS.take(), SEARCHES.take()
    if not (visits or searches):
        return
    try:
        add_counts(visits, searches, timezone.now())
    except Exception:
        logger.exception("Visits and searches are not written yet")
        for tally, counts in ((VISITS, visits), (SEARCHES, searches)):
            for key, number in counts.items():
                tally.add(key, number)
