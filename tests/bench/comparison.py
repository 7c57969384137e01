"""This site beside another one, in turns within one run: an earlier commit (AGAINST), or another project (PEER).

Both serve with one process on the same core, each on its own demonstration content. The one that waits does nothing.
"""

import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError

from tests.bench.checkout import checked_out, short_name
from tests.bench.document import CannotMeasure, Section, Table
from tests.bench.load import PINNED, ROUNDS, Load, Target, fetch, in_turns, ratio, seconds
from tests.bench.peer import peer_folder, peer_pages, started_peer
from tests.bench.running_site import BASE_DIR, RunningSite, free_port
from tests.bench.server import PAGES, SEARCH, UNCACHED

OURS, THEIRS = "ours", "theirs"
HEAD = (
    "page",
    "requests/s",
    "the other's",
    "ratio (all rounds)",
    "ms of processor",
    "the other's",
    "ratio (all rounds)",
)
#: Pages of this site for which the design asks twice the requests per second of commit 17af987, uncached.
WANTED, TIMES = {"home", "list", "article", "recap", "event", "event with its form"}, 2.0

Pairs = dict[str, tuple[Sequence[Load], Sequence[Load]]]


def run_against(commit: str) -> Section:
    name = short_name(commit)
    with (
        checked_out(commit) as folder,
        started_site(BASE_DIR) as ours,
        started_site(folder) as theirs,
    ):
        paths = PAGES | {"search": SEARCH}
        return report(name, *measure(ours, theirs, paths, paths))


def run_beside(folder: str, environment: Mapping[str, str]) -> Section:
    """Measure beside a peer. `environment` is the shell's, for the peer."""
    peer, pages = peer_folder(folder), peer_pages()
    ours = PAGES | {"event": PAGES["event with its form"], "search": SEARCH}
    if unknown := pages.keys() - ours.keys():
        raise CannotMeasure(
            f"PEER_PAGES names {', '.join(sorted(unknown))}; this site has {', '.join(ours)}."
        )
    with started_peer(peer, environment) as theirs, started_site(BASE_DIR) as site:
        return report(
            peer.name, *measure(site, theirs, {name: ours[name] for name in pages}, pages)
        )


@contextmanager
def started_site(root: Path) -> Iterator[Target]:
    """Start a checkout with its demonstration, one web process and the workers that draw its pictures; yield its root."""
    with tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder:
        site = RunningSite(
            Path(folder),
            free_port(),
            settings={"WEB_CONCURRENCY": "1"},
            root=root,
            python=str(root / ".venv/bin/python"),
        )
        site.manage("release")
        site.manage("db_worker", "--queue-name=*", "--batch", "--interval=0", "--no-startup-delay")
        with site.started(f"web={PINNED} {site.command('web')}") as keeper:
            yield Target(site.address, keeper.pid)


def measure(
    ours: Target, theirs: Target, our_paths: Mapping[str, str], their_paths: Mapping[str, str]
) -> tuple[Pairs, Pairs, list[str]]:
    """Return what ready and uncached pages cost on both sites, and the names of pages that one of them does not show."""
    sides = {OURS: (ours, our_paths), THEIRS: (theirs, their_paths)}
    targets = {
        (side, name): replace(root, address=f"{root.address}{paths[name]}")
        for name in our_paths
        for side, (root, paths) in sides.items()
    }
    absent = sorted({name for (_, name), target in targets.items() if not is_shown(target)})
    asked = {}
    for (side, name), target in targets.items():
        if name not in absent:
            asked[f"{side} ready {name}"] = target
            asked[f"{side} uncached {name}"] = replace(target, address=uncached(target.address))
    loads = in_turns(alternating(asked))
    return (*(pairs_of(loads, kind) for kind in ("ready", "uncached")), absent)  # type: ignore[return-value]


def alternating(asked: Mapping[str, Target]) -> dict[str, Target]:
    """Return the targets so that both sites are asked for a page one after the other."""
    return {name: asked[name] for name in sorted(asked, key=lambda name: name.partition(" ")[2])}


def is_shown(target: Target) -> bool:
    try:
        fetch(target)
    except HTTPError:
        return False
    return True


def uncached(address: str) -> str:
    return f"{address}&{UNCACHED[1:]}" if "?" in address else f"{address}{UNCACHED}"


def pairs_of(loads: Mapping[str, Sequence[Load]], kind: str) -> Pairs:
    names = [name.split(" ", 2)[2] for name in loads if name.startswith(f"{OURS} {kind} ")]
    return {
        name: (loads[f"{OURS} {kind} {name}"], loads[f"{THEIRS} {kind} {name}"]) for name in names
    }


def report(other: str, ready: Pairs, made: Pairs, absent: Sequence[str]) -> Section:
    slower = [name for name, pair in made.items() if name in WANTED and rate_ratio(pair) < TIMES]
    blocks: list[object] = [
        (
            f"This site and {other} in turns, each one web process on the same core, {ROUNDS} rounds of {seconds()} s for each"
            " address, medians. Ratios above 1 are in favour of this site: how many times the requests, and how many times less"
            " processor time."
        ),
        "Ready, as an anonymous visitor is answered:",
        Table(HEAD, [row(name, *pair) for name, pair in ready.items()]),
        f"Uncached, with the parameter `{UNCACHED[1:]}`, which the shelf leaves to Django:",
        Table(HEAD, [row(name, *pair) for name, pair in made.items()]),
    ]
    if absent:
        blocks.append(
            f"Not measured, since one of the two does not answer 200: {', '.join(absent)}."
        )
    if slower:
        blocks.append(
            f"Uncached under {TIMES:g} times the other's requests per second: {', '.join(slower)}."
        )
    return Section(f"Beside {other}", blocks)


def rate_ratio(pair: tuple[Sequence[Load], Sequence[Load]]) -> float:
    ours, theirs = pair
    return ratio([load.rate for load in ours], [load.rate for load in theirs]).median


def row(name: str, ours: Sequence[Load], theirs: Sequence[Load]) -> tuple[str, ...]:
    rates = [[load.rate for load in side] for side in (ours, theirs)]
    spent = [[load.milliseconds for load in side] for side in (ours, theirs)]
    return (
        name,
        *(f"{statistics.median(side):,.1f}" for side in rates),
        str(ratio(*rates)),
        *(f"{statistics.median(side):.2f}" for side in spent),
        str(ratio(*reversed(spent))),
    )
