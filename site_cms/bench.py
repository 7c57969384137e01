"""The budgets of the pages, measured in one run: `make bench`.

A demonstration site is made in a folder of its own. Each address is then asked once in a new process with empty
caches (its queries), and many times in one process beside an empty Wagtail page (its time, as a ratio: seconds of
another machine mean nothing). Pages that nobody has published are left out and named.
"""

import gzip
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

BASE_DIR = Path(__file__).resolve().parent.parent
QUERIES_ALLOWED = 16
TIME_ALLOWED = 2.5  # times an empty Wagtail page
ROUNDS = 40
EMPTY_PAGE = "/page-vide/"

# Views that are no pages; the pages are those of the demonstration, two of each kind at most.
VIEWS = ["/recherche/?q=rencontre", "/plan-du-site/", "/lettre/"]


@dataclass(frozen=True)
class Measure:
    address: str
    queries: int
    milliseconds: float
    kilobytes: float


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder:
        os.environ |= {"DEMO": "1", "DEBUG": "0", "DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DATABASE_URL": "", "CACHE_URL": "", "BASE_URL": "http://localhost"}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "site_cms.settings"}
        subprocess.run(
            [sys.executable, "manage.py", "release"], cwd=BASE_DIR, check=True, stdout=sys.stderr
        )
        django.setup()
        return report(measure_all())


def measure_all() -> list[Measure]:
    """The empty page first, then each address."""
    addresses = [EMPTY_PAGE, *in_a_new_process(addresses_of_pages), *VIEWS]
    queries = {address: in_a_new_process(count_queries, address) for address in addresses}
    times = in_a_new_process(time_each, addresses)
    return [Measure(address, queries[address], *times[address]) for address in addresses]


def in_a_new_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """A process that has loaded the code and answered nothing: no query, no template, no cache of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as fresh:
        return fresh.submit(work, *arguments).result()


def addresses_of_pages() -> list[str]:
    """Makes the empty page to compare with; returns the addresses of public pages, two of each kind at most."""
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 -- app ready
    from wagtail.models import Page, Site  # noqa: PLC0415 -- app ready

    from home.access import visible_to  # noqa: PLC0415 -- app ready

    home = Site.objects.get(is_default_site=True).root_page
    chosen: dict[type[Page], list[str]] = {}
    for page in visible_to(
        AnonymousUser(), Page.objects.descendant_of(home, inclusive=True)
    ).specific():
        chosen.setdefault(type(page), []).append(page.url)
    home.add_child(instance=Page(title="Page vide", slug=EMPTY_PAGE.strip("/")))
    return [address for addresses in chosen.values() for address in addresses[:2]]


def visitor(email: str = "") -> Client:
    """Anonymous, or logged in with the account of this address."""
    client = Client(headers={"host": "localhost"})
    if email:
        client.force_login(
            get_user_model().objects.get(email=email),
            backend="django.contrib.auth.backends.ModelBackend",
        )
    return client


def ask(address: str, email: str = "") -> bytes:
    return ask_as(visitor(email), address)


def ask_as(client: Client, address: str) -> bytes:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}.")
    return answer.getvalue()


def count_queries(address: str, email: str = "") -> int:
    """The queries of one request, those of the log-in before it apart."""
    cache.clear()
    client = visitor(email)
    with CaptureQueriesContext(connection) as captured:
        ask_as(client, address)
    return len(captured)


def time_each(addresses: list[str]) -> dict[str, tuple[float, float]]:
    """Median milliseconds and compressed kilobytes of HTML, every address in its turn, so that all share the weather."""
    kilobytes = {address: len(gzip.compress(ask(address))) / 1000 for address in addresses}
    seconds: dict[str, list[float]] = {address: [] for address in addresses}
    for _ in range(ROUNDS):
        for address in addresses:
            started = time.perf_counter()
            ask(address)
            seconds[address].append(time.perf_counter() - started)
    return {
        address: (statistics.median(seconds[address]) * 1000, kilobytes[address])
        for address in addresses
    }


def report(measures: list[Measure]) -> int:
    empty = measures[0]
    print(f"{'address':56} {'queries':>8} {'ms':>8} {'× empty':>8} {'HTML kB':>8}")
    faults = 0
    for measure in measures:
        ratio = measure.milliseconds / empty.milliseconds
        fault = measure.queries > QUERIES_ALLOWED or ratio > TIME_ALLOWED
        faults += fault
        print(
            f"{measure.address:56} {measure.queries:8} {measure.milliseconds:8.1f} {ratio:8.2f}"
            f" {measure.kilobytes:8.1f}{'  over' if fault else ''}"
        )
    print(f"Allowed: {QUERIES_ALLOWED} queries, {TIME_ALLOWED} × an empty page. Over: {faults}.")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
