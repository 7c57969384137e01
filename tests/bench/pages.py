"""Benchmark of public pages: queries, time and size.

Each URL of the demonstration is requested once in a new process with empty caches, to count its queries, and many
times in one process. Its time is given as a ratio to an empty Wagtail page, which does not depend on the machine.
"""

import gzip
import statistics
import time
from dataclasses import dataclass

from tests.bench.client import ask, count_queries, in_a_new_process, run_waiting_tasks
from tests.bench.document import Section, Table

QUERIES_ALLOWED = 16
TIME_ALLOWED = 2.5  # times an empty Wagtail page
ROUNDS = 40
EMPTY_PAGE = "/page-vide/"

# Views that are not pages. Of the demonstration's pages, at most two of each type are measured.
VIEWS = ["/recherche/?q=rencontre", "/plan-du-site/", "/lettre/"]


@dataclass(frozen=True)
class Measure:
    address: str
    queries: int
    milliseconds: float
    kilobytes: float


def run() -> Section:
    return report(measure_all())


def measure_all() -> list[Measure]:
    """Measure the empty page, then each URL."""
    addresses = [EMPTY_PAGE, *in_a_new_process(addresses_of_pages), *VIEWS]
    for address in addresses:
        in_a_new_process(ask, address)
    in_a_new_process(run_waiting_tasks)
    queries = {address: in_a_new_process(count_queries, address) for address in addresses}
    times = in_a_new_process(time_each, addresses)
    return [Measure(address, queries[address], *times[address]) for address in addresses]


def addresses_of_pages() -> list[str]:
    """Create the empty page. Return the URLs of public pages, at most two of each type."""
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


def time_each(addresses: list[str]) -> dict[str, tuple[float, float]]:
    """Return each URL's median milliseconds and compressed kB of HTML.

    URLs are requested in turn, so that fluctuations of the machine affect all of them.
    """
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


def report(measures: list[Measure]) -> Section:
    empty = measures[0]
    rows, faults = [], 0
    for measure in measures:
        times = measure.milliseconds / empty.milliseconds
        fault = measure.queries > QUERIES_ALLOWED or times > TIME_ALLOWED
        faults += fault
        rows.append(
            (
                measure.address,
                str(measure.queries),
                f"{measure.milliseconds:.1f}",
                f"{times:.2f}",
                f"{measure.kilobytes:.1f}",
                "over" if fault else "",
            )
        )
    return Section(
        "Pages that Django makes",
        [
            (
                f"Queries in a new process with empty caches; then the median time of {ROUNDS} requests in one process, also as a"
                " multiple of an empty Wagtail page."
            ),
            Table(("address", "queries", "ms", "× empty", "HTML kB", ""), rows),
            f"Allowed: {QUERIES_ALLOWED} queries, {TIME_ALLOWED} × an empty page.",
        ],
        over=faults,
    )
