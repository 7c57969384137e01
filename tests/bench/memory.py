"""Benchmark of memory: proportional size (PSS) of all processes of `make run`, after every page has been asked.

PSS divides what processes share by their number, so that sums are true.
"""

import os
import re
from dataclasses import replace
from pathlib import Path

from tests.bench.document import Section, Table
from tests.bench.load import Target, ask, proportional_memory, tree
from tests.bench.running_site import RunningSite, free_port
from tests.bench.server import MEMBER, MEMBERS_PAGES, PAGES, SEARCH, UNCACHED

PROCESSES = ("web", "worker", "pictures", "clock")
TOTAL_ALLOWED, WEB_ALLOWED = 450, 110
MB = 1_000_000
NAMES = {
    "keeper": r"site_cms\.procfile",
    "web": r"site_cms\.web",
}
FORKS = ("worker", "pictures", "clock")


def run() -> Section:
    site = RunningSite(Path(os.environ["DATA_DIR"]), free_port())
    cookie = str(site.run("tests.bench.session", MEMBER))
    with site.started(*PROCESSES) as keeper:
        for target in targets(site.address, keeper.pid, cookie):
            ask(target)
        found = [(name_of(one), proportional_memory(one) / MB) for one in tree(keeper.pid)]
    return report([one for one in found if one[0]])


def targets(site: str, process: int, cookie: str) -> list[Target]:
    ready = [Target(f"{site}{path}", process) for path in PAGES.values()]
    made = [replace(target, address=f"{target.address}{UNCACHED}") for target in ready]
    members = [Target(f"{site}{path}", process, cookie) for path in MEMBERS_PAGES.values()]
    return [*ready, *made, Target(f"{site}{SEARCH}", process), *members]


def name_of(process: int) -> str:
    """Return what a process is in the site; nothing if it has ended or is another program."""
    try:
        line = Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
        own_name = Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return ""
    if own_name in FORKS:  # their command line is the keeper's
        return own_name
    return next((name for name, pattern in NAMES.items() if re.search(pattern, line)), "")


def report(found: list[tuple[str, float]]) -> Section:
    total = sum(size for _, size in found)
    web = max(size for name, size in found if name == "web")
    over = (total > TOTAL_ALLOWED) + (web > WEB_ALLOWED)
    sums = [
        (
            name,
            str(sum(one == name for one, _ in found)),
            f"{sum(size for one, size in found if one == name):.0f}",
        )
        for name in (*NAMES, *FORKS)
    ]
    return Section(
        "Memory",
        [
            (
                "The site as `make run` starts it, after each public page, search and members' page was asked under load. Web is"
                " a process that starts the others, and two that answer."
            ),
            Table(
                ("process", "processes", "PSS, MB"),
                [*sums, ("all", str(len(found)), f"{total:.0f}")],
            ),
            (
                f"Allowed: {TOTAL_ALLOWED} MB in all, {WEB_ALLOWED} MB for a web process; the largest has {web:.0f} MB."
                f"{' Over.' if over else ''}"
            ),
        ],
        over=over,
    )
