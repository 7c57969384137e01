"""Benchmark of the web process over HTTP: one process on one core, asked from another one, in turns within one run.

Ready pages (site_cms.shelf) are compared with floors: a bare Django view and WhiteNoise's file on the same server, nginx's
file, all of the same compressed bytes. Pages that Django makes are asked with a parameter that the shelf does not know.
Needs `wrk` and `taskset` (Debian's packages wrk, util-linux); without `nginx` (nginx-light) its floor is left out.
"""

import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from tests.bench.chart import bars
from tests.bench.document import Section, Table
from tests.bench.load import PINNED, ROUNDS, Load, Target, fetch, in_turns, ratio, seconds
from tests.bench.running_site import BASE_DIR, RunningSite, free_port

#: Public pages of the demonstration, by name.
PAGES = {
    "home": "/",
    "list": "/actualites/",
    "article": "/actualites/annuaire-du-reseau/",
    "recap": "/actualites/amiens-ce-que-les-tiers-lieux-apprennent-aux-mairies/",
    "event with its form": "/agenda/forum-regional-ce-que-participer-veut-dire/",
}
SEARCH = "/recherche/?q=rencontre"
MEMBER = "membre@example.org"
MEMBERS_PAGES = {
    "an article, for a member": PAGES["article"],
    "members' home": "/membres/",
    "directory": "/membres/annuaire/",
    "own card": "/membres/ma-fiche/",
}
#: A parameter that the shelf does not know: Django makes the page.
UNCACHED = "?uncached=1"
BARE, WHITENOISE, NGINX = "bare Django view", "WhiteNoise, a file", "nginx, a file"
#: Ratios that the design asks for.
TO_BARE, TO_NGINX, EVENT_TO_ARTICLE = 2.0, 0.5, 0.95
NGINX_CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
  access_log off; types {{ text/html html; }}
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}; gzip_static always; }}
}}
"""

Loads = dict[str, list[Load]]


def run() -> Section:
    site = RunningSite(Path(os.environ["DATA_DIR"]), free_port(), settings={"WEB_CONCURRENCY": "1"})
    cookie = str(site.run("tests.bench.session", MEMBER))
    with (
        tempfile.TemporaryDirectory(prefix="site-cms-floor-") as folder,
        site.started(f"web={PINNED} {site.command('web')}") as keeper,
    ):
        article = Target(f"{site.address}{PAGES['article']}", keeper.pid)
        write_page(Path(folder), fetch(article))
        with floors(Path(folder)) as floor:
            ready = {
                name: Target(f"{site.address}{path}", keeper.pid) for name, path in PAGES.items()
            }
            made = {
                name: replace(target, address=f"{target.address}{UNCACHED}")
                for name, target in ready.items()
            } | {"search": Target(f"{site.address}{SEARCH}", keeper.pid)}
            members = {
                name: Target(f"{site.address}{path}", keeper.pid, cookie)
                for name, path in MEMBERS_PAGES.items()
            }
            kinds = {"ready": ready, "made by Django": made, "members": members, "floor": floor}
            loads = in_turns(
                {
                    f"{kind}: {name}": target
                    for kind, targets in kinds.items()
                    for name, target in targets.items()
                }
            )
    return report(
        {
            kind: {name: loads[f"{kind}: {name}"] for name in targets}
            for kind, targets in kinds.items()
        }
    )


def write_page(folder: Path, packed: bytes) -> None:
    """Write the bytes as a file, plain and compressed, that all three floors send compressed."""
    folder.chmod(0o755)  # nginx reads as another account when root starts it
    (folder / "page.html").write_bytes(gzip.decompress(packed))
    (folder / "page.html.gz").write_bytes(packed)


@contextmanager
def floors(folder: Path) -> Iterator[dict[str, Target]]:
    with (
        bare_site(folder) as bare,
        nginx(folder) if shutil.which("nginx") else nullcontext() as files,
    ):
        found = {
            BARE: replace(bare, address=f"{bare.address}/"),
            WHITENOISE: replace(bare, address=f"{bare.address}/page.html"),
        }
        yield found | (
            {NGINX: replace(files, address=f"{files.address}/page.html")} if files else {}
        )


@contextmanager
def bare_site(folder: Path) -> Iterator[Target]:
    port = free_port()
    own = {"PORT": str(port), "WEB_CONCURRENCY": "1", "BARE_FOLDER": str(folder)}
    command = [*PINNED.split(), sys.executable, "-m", "tests.bench.bare_site"]
    with running(command, f"http://localhost:{port}", own) as target:
        yield target


@contextmanager
def nginx(folder: Path) -> Iterator[Target]:
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX_CONFIGURATION.format(folder=folder, port=port))
    command = [*PINNED.split(), "nginx", "-c", str(configuration)]
    with running(command, f"http://127.0.0.1:{port}", {}) as target:
        yield target


@contextmanager
def running(command: list[str], address: str, variables: dict[str, str]) -> Iterator[Target]:
    process = subprocess.Popen(
        command, cwd=BASE_DIR, env=os.environ | variables, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"{address}/page.html", process)
        yield Target(address, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            fetch(Target(address, process.pid))
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{address} does not answer.") from error
            time.sleep(0.1)
        else:
            return


def report(kinds: Mapping[str, Loads]) -> Section:
    ready, floor = kinds["ready"], kinds["floor"]
    article = ready["article"]
    wanted = [
        ("article, ready, to a bare Django view", article, floor[BARE], TO_BARE),
        ("article, ready, to WhiteNoise's file", article, floor[WHITENOISE], 0.0),
        ("article, ready, to nginx's file", article, floor.get(NGINX, []), TO_NGINX),
        (
            "event with its form, ready, to article",
            ready["event with its form"],
            article,
            EVENT_TO_ARTICLE,
        ),
    ]
    judged = [judge(*one) for one in wanted]
    rates = {
        kind: {name: rate_of(one) for name, one in loads.items()} for kind, loads in kinds.items()
    }
    return Section(
        "Requests per second",
        [
            (
                f"One web process on one core, {ROUNDS} rounds of {seconds()} s for each address, medians. `wrk` asks over 8"
                " connections from another core. The floors send the bytes of the ready article."
            ),
            Table(
                ("address", "requests/s", "ms of processor"),
                [
                    row(f"{name}, {kind}", one)
                    for kind, loads in kinds.items()
                    for name, one in loads.items()
                ],
            ),
            Table(
                ("ratio", "of requests/s (all rounds)", "of processor time", "at least", ""),
                [one for one, _ in judged],
            ),
            (
                "The first ratio is judged. The second divides the other's processor time by ours: it is what the first would be if"
                " the server alone were the limit."
            ),
        ],
        over=sum(fault for _, fault in judged),
        charts={
            "benchmark-ready.svg": bars(
                "Requests per second: ready pages and floors", rates["ready"] | rates["floor"]
            ),
            "benchmark-made.svg": bars(
                "Requests per second: pages that Django makes",
                rates["made by Django"] | rates["members"],
            ),
        },
    )


def row(name: str, loads: Sequence[Load]) -> tuple[str, str, str]:
    spent = statistics.median(load.milliseconds for load in loads)
    return name, f"{rate_of(loads):,.0f}", f"{spent:.3f}"


def rate_of(loads: Sequence[Load]) -> float:
    return statistics.median(load.rate for load in loads)


def judge(
    name: str, ours: Sequence[Load], theirs: Sequence[Load], least: float
) -> tuple[tuple[str, ...], bool]:
    """Return the line of a ratio, and whether it is under its budget."""
    asked = f"{least:g}" if least else "–"
    if not theirs:
        return (name, "not run: nginx is not installed", "", asked, ""), False
    found = ratio([load.rate for load in ours], [load.rate for load in theirs])
    under = found.median < least
    spent = ratio([load.milliseconds for load in theirs], [load.milliseconds for load in ours])
    return (name, str(found), f"{spent.median:.2f}", asked, "under" if under else ""), under
