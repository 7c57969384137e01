"""Benchmark of the web process over HTTP: one process on one core, asked from another one, in turns within one run.

Ready pages (site_cms.shelf) are compared with a bare Django view on the same server and with nginx sending the same bytes
as a file. Pages that Django makes are asked with a parameter that the shelf does not know. Needs `wrk`, `nginx` and `taskset`
(Debian's packages wrk, nginx-light, util-linux).
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.running_site import BASE_DIR, RunningSite, free_port

TOOLS = ("wrk", "nginx", "taskset")
ROUNDS, SECONDS, CONNECTIONS = 3, 2, 8
SERVER_CORE, CLIENT_CORE = "0", "1"
GZIP = {"Accept-Encoding": "gzip"}
ARTICLE, LIST, HOME = "/actualites/annuaire-du-reseau/", "/actualites/", "/"
EVENT, RECAP = (
    "/agenda/forum-regional-ce-que-participer-veut-dire/",
    ("/actualites/amiens-ce-que-les-tiers-lieux-apprennent-aux-mairies/"),
)
#: Ratios that the design asks for (DESIGN, Budgets).
TO_BARE, TO_NGINX, EVENT_TO_ARTICLE = 2.0, 0.5, 0.95
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
  access_log off; types {{ text/html html; }}
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}; gzip_static always; }}
}}
"""

Ask = Callable[[str], float]


def run() -> int:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or (os.cpu_count() or 1) < 2:
        print(f"server: not measured. It needs {', '.join(TOOLS)} and two cores.\n")
        return 0
    site = RunningSite(Path(os.environ["DATA_DIR"]), free_port(), settings={"WEB_CONCURRENCY": "1"})
    with (
        tempfile.TemporaryDirectory(prefix="site-cms-floor-") as folder,
        site.started(f"web=taskset -c {SERVER_CORE} python -m site_cms.web"),
    ):
        page = Path(folder) / "page.html.gz"
        page.write_bytes(fetch(f"{site.address}{ARTICLE}"))
        with bare_site(page) as bare, nginx(Path(folder)) as files:
            asked = {
                "article, ready": f"{site.address}{ARTICLE}",
                "event with its form, ready": f"{site.address}{EVENT}",
                "bare Django view": f"{bare}{ARTICLE}",
                "nginx, a file": f"{files}/page.html",
                "article": f"{site.address}{ARTICLE}?uncached=1",
                "recap": f"{site.address}{RECAP}?uncached=1",
                "event": f"{site.address}{EVENT}?uncached=1",
                "list": f"{site.address}{LIST}?uncached=1",
                "home": f"{site.address}{HOME}?uncached=1",
            }
            return report(in_turns(asked))


def in_turns(asked: dict[str, str]) -> dict[str, float]:
    """Return the median requests per second of each address. All are asked in each round."""
    figures: dict[str, list[float]] = {name: [] for name in asked}
    for address in asked.values():
        fetch(address)
    for _ in range(ROUNDS):
        for name, address in asked.items():
            fetch(address)  # an answer that is older than a minute is made again
            figures[name].append(requests_per_second(address))
    return {name: statistics.median(found) for name, found in figures.items()}


def requests_per_second(address: str) -> float:
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    done = subprocess.run(
        [*command, "-H", "Accept-Encoding: gzip", address],
        capture_output=True,
        text=True,
        check=True,
    )
    if "Non-2xx" in done.stdout:
        raise RuntimeError(f"{address} does not answer 200:\n{done.stdout}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout)
    return float(found[1])


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=GZIP)) as answer:  # noqa: S310 -- of this machine
        content: bytes = answer.read()
        return content


@contextmanager
def bare_site(page: Path) -> Iterator[str]:
    port = free_port()
    own = {"PORT": str(port), "WEB_CONCURRENCY": "1", "BARE_PAGE": str(page)}
    command = ["taskset", "-c", SERVER_CORE, sys.executable, "-m", "tests.bench.bare_site"]
    with running(command, f"http://localhost:{port}", own) as address:
        yield address


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port))
    folder.chmod(0o755)  # nginx reads as another account when root starts it
    command = ["taskset", "-c", SERVER_CORE, "nginx", "-c", str(configuration)]
    with running(command, f"http://127.0.0.1:{port}", {}) as address:
        yield address


@contextmanager
def running(command: list[str], address: str, variables: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen(
        command, cwd=BASE_DIR, env=os.environ | variables, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"{address}/page.html", process)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            fetch(address)
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{address} does not answer.") from error
            time.sleep(0.1)
        else:
            return


def report(figures: dict[str, float]) -> int:
    print(f"{'one process, one core':32} {'requests/s':>11}")
    for name, figure in figures.items():
        print(f"{name:32} {figure:11,.0f}")
    ready = figures["article, ready"]
    wanted = {
        "ready to a bare Django view": (ready / figures["bare Django view"], TO_BARE),
        "ready to nginx": (ready / figures["nginx, a file"], TO_NGINX),
        "event with its form to article": (
            figures["event with its form, ready"] / ready,
            EVENT_TO_ARTICLE,
        ),
    }
    for name, (ratio, least) in wanted.items():
        print(f"{name:32} {ratio:11.2f}   at least {least}{'' if ratio >= least else '  under'}")
    print()
    return sum(ratio < least for ratio, least in wanted.values())
