"""The shelf checks itself: some kept pages are made again and compared. An old one empties the shelf, and is told."""

import gzip
import logging
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import sample
from typing import Any

import brotli
from django.core.handlers.wsgi import WSGIHandler
from django.utils import timezone
from django_tasks import task

from home.batches import LONG, enqueue_once
from home.models.freshness_check import FreshnessCheck
from site_cms.shelf.application import ask
from site_cms.shelf.build import build_identity
from site_cms.shelf.entries import Entry
from site_cms.shelf.generations import Unavailable, change, generations, shelf_folder
from site_cms.shelf.keys import Key, request_of
from site_cms.shelf.stores import Files

logger = logging.getLogger(__name__)

#: Pages compared in each run.
MOST = 5
KEPT = timedelta(days=7)


@task(queue_name=LONG)
def check_freshness() -> None:
    """Compare once. Enqueued by the clock, every ten minutes."""
    run_check(timezone.now())


def enqueue_check(at: datetime) -> None:
    enqueue_once(check_freshness, at=at)


def sweep_files(at: datetime) -> None:
    """Delete the kept pages of this host that are too old for a front server, which knows no clock. Run each minute."""
    with suppress(Unavailable):
        now = time.time()
        Files(shelf_folder()).sweep(generations().current(now), now)


def run_check(at: datetime) -> FreshnessCheck | None:
    """Compare some pages of this host. Return None if it keeps none now."""
    try:
        compared = compare(Files(shelf_folder()))
    except Unavailable:
        return None
    if not compared:
        return None
    stale = sorted(address for address, is_fresh in compared.items() if not is_fresh)
    if stale:
        change()
    for address in stale:
        logger.error("An old page was kept, all are made again: %s", address)
    FreshnessCheck.objects.filter(checked_at__lt=at - KEPT).delete()
    return FreshnessCheck.objects.create(checked_at=at, count=len(compared), stale=stale)


def compare(files: Files) -> dict[str, bool]:
    """Return, by address, whether a page is what it would be now. Without those that have changed meanwhile."""
    compared: dict[str, bool] = {}
    application, build = WSGIHandler(), build_identity()
    generation = generations().current(time.time())
    told = files.all(generation.name)
    for path in sample(told, min(MOST, len(told))):
        entry = files.read(path)
        if entry is None or entry.build != build:
            continue
        made = ask(application, request_of(entry.key, environ_of(entry.key))).body
        is_fresh = all(body == made for body in kept_bodies(files, path, entry))
        if generations().current(time.time()) == generation:
            compared[f"{entry.key.path}?{entry.key.query}".rstrip("?")] = is_fresh
    return compared


def kept_bodies(files: Files, path: Path, entry: Entry) -> list[bytes]:
    """Return the body as each of its files has it: a front server may serve any."""
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
    try:
        return [
            files.plain_body(path),
            *(unpacked[name](body) for name, body in entry.bodies.items()),
        ]
    except (OSError, brotli.error):
        return [b""]  # damaged


def environ_of(key: Key) -> dict[str, Any]:
    return {
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.errors": sys.stderr,
        "wsgi.input": BytesIO(),
        "wsgi.multiprocess": False,
        "wsgi.multithread": False,
        "wsgi.run_once": False,
        "wsgi.url_scheme": key.scheme,
        "wsgi.version": (1, 0),
    }
