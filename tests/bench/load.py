"""Load on one address: requests per second, and the processor time that the serving processes spent on each request.

Servers run on the first core, the client `wrk` on the second. Processor time hardly depends on what else the machine does.
"""

import os
import re
import shutil
import statistics
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.document import CannotMeasure

SERVER_CORE, CLIENT_CORE = "0", "1"
PINNED = f"taskset -c {SERVER_CORE}"
CONNECTIONS = 8
ROUNDS = 5
TICKS = os.sysconf("SC_CLK_TCK")


def seconds() -> float:
    """Return the seconds that each address is asked in each round. Raise CannotMeasure if BENCH_SECONDS is none."""
    told = os.environ.get("BENCH_SECONDS") or "1"
    if not re.fullmatch(r"\d{1,3}", told) or not int(told):
        raise CannotMeasure(f"BENCH_SECONDS={told} is not a whole number of seconds from 1 to 999.")
    return int(told)


def require_tools() -> None:
    """Raise CannotMeasure if a tool that asks is missing. nginx may be missing: only its floor is left out then."""
    missing = [tool for tool in ("wrk", "taskset") if shutil.which(tool) is None]
    if missing:
        raise CannotMeasure(
            f"{' and '.join(missing)} not found: install Debian's packages wrk and util-linux."
        )
    if (os.cpu_count() or 1) < 2:
        raise CannotMeasure("Two cores are needed: one for the site, one for wrk.")


@dataclass(frozen=True)
class Target:
    """An address, the process whose tree serves it, and the cookie that is sent."""

    address: str
    process: int
    cookie: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept-Encoding": "gzip"} | ({"Cookie": self.cookie} if self.cookie else {})


@dataclass(frozen=True)
class Load:
    requests: int
    seconds: float
    processor: float
    """Seconds of all processes that serve."""

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def milliseconds(self) -> float:
        return self.processor / self.requests * 1000


@dataclass(frozen=True)
class Spread:
    """The median of ratios taken round by round, with the smallest and the largest."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Return how many times the other figures ours are, round by round."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Spread(statistics.median(ratios), min(ratios), max(ratios))


def in_turns(targets: Mapping[str, Target]) -> dict[str, list[Load]]:
    """Ask all addresses in each round, in the reverse order every other round."""
    loads: dict[str, list[Load]] = {name: [] for name in targets}
    for target in targets.values():
        fetch(target)
    for number in range(ROUNDS):
        for name, target in reversed(targets.items()) if number % 2 else targets.items():
            fetch(target)  # a ready page that is older than a minute is made again
            loads[name].append(ask(target))
    return loads


def ask(target: Target) -> Load:
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds()}s"]
    for name, value in target.headers.items():
        command += ["-H", f"{name}: {value}"]
    before = processor_seconds(target.process)
    done = subprocess.run([*command, target.address], capture_output=True, text=True, check=True)
    spent = processor_seconds(target.process) - before
    if "Non-2xx" in done.stdout:
        raise RuntimeError(f"{target.address} does not answer 200:\n{done.stdout}")
    return read_load(done.stdout, spent)


def read_load(said: str, processor: float) -> Load:
    """Return the figures of what wrk has printed."""
    total = re.search(r"(\d+) requests in ", said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if total is None or rate is None or not int(total[1]):
        raise RuntimeError(f"No answer was counted:\n{said}")
    return Load(int(total[1]), int(total[1]) / float(rate[1]), processor)


def fetch(target: Target) -> bytes:
    request = urllib.request.Request(target.address, headers=target.headers)  # noqa: S310 -- of this machine
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        content: bytes = answer.read()
        return content


def processor_seconds(process: int) -> float:
    """Return what a process and its descendants have spent so far, in user and system mode."""
    total = 0
    for one in tree(process):
        fields = stat_of(one)
        total += int(fields[11]) + int(fields[12]) if fields else 0
    return total / TICKS


def proportional_memory(process: int) -> int:
    """Return the PSS of one process in bytes: shared pages are divided by the number of processes that hold them."""
    found = re.search(
        r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE
    )
    return int(found[1]) * 1024 if found else 0


def tree(process: int) -> Iterator[int]:
    """Yield a process and its descendants, parents first."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        fields = stat_of(int(folder.name))
        if fields:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    waiting = [process]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += children.get(one, [])


def stat_of(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name, or nothing if the process has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
