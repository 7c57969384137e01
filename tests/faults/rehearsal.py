"""A rehearsal: a site on its own services, everybody who uses it, and one outage after the other."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.running_site import RunningSite
from tests.bench.visitor import Visitor
from tests.faults.ledger import Ledger, close_ledger
from tests.faults.outages import Outage, Stage, outages
from tests.faults.processes import named, workers_of_web
from tests.faults.proxy import Proxy
from tests.faults.traffic import Request, Traffic
from tests.mail_server import LocalServer
from tests.running.crowd import Event

#: Of the time of each outage, the part in which it lasts.
LASTING = 0.4
#: Seconds in which the site must be well again. After PATIENCE, it never will be.
RECOVERY, PATIENCE = 60.0, 150.0
#: Room of DATA_DIR, where it is a disk of its own.
DISK = "96m"
PLACES = 100_000


@dataclass(frozen=True)
class Spell:
    """One outage: what was asked from its beginning until all was well again."""

    outage: Outage
    requests: list[Request]
    #: Seconds from its end until readers, members, registrants, mail, shelf and processes were well.
    recovery: float
    #: The last thing to be well.
    last: str


@dataclass(frozen=True)
class Story:
    spells: list[Spell]
    quiet: list[Request]
    """Requests outside all outages."""
    ledger: Ledger


def rehearse(stage: Stage, event: Event, seconds: float, *, but: Collection[str] = ()) -> Story:
    """Let each outage happen once within about `seconds`, on a site that has the event, without those named in `but`."""
    listed = [one for one in outages(stage) if one.name not in but]
    share = seconds / len(listed)
    spells = []
    with stage.site.started("web", "worker", "clock"), Traffic(stage.site, event) as traffic:
        until_well(stage, traffic)
        for outage in listed:
            spells.append(spell(stage, traffic, outage, share))
    with stage.site.process("worker"):  # sends what is left
        ledger = close_ledger(stage, traffic)
    taken = {id(one) for done in spells for one in done.requests}
    quiet = [one for one in traffic.requests if id(one) not in taken]
    return Story(spells, quiet, ledger)


def spell(stage: Stage, traffic: Traffic, outage: Outage, share: float) -> Spell:
    began = time.monotonic()
    with outage.hold():
        time.sleep(share * LASTING)
    ended = time.monotonic()
    last = until_well(stage, traffic)
    well = time.monotonic()
    time.sleep(max(0.0, began + share - well))
    print(f"{outage.name}: well again after {well - ended:.1f} s ({last})", flush=True)
    # With those that were under way when it began.
    asked = [
        one
        for one in list(traffic.requests)
        if began <= one.began + one.seconds and one.began <= well
    ]
    return Spell(outage, asked, well - ended, last)


def until_well(stage: Stage, traffic: Traffic) -> str:
    """Wait until each sign of health has been seen once, in order. Return the one that was waited for longest."""
    deadline = time.monotonic() + PATIENCE
    waits: dict[str, float] = {}
    for name, is_well in signs(stage, traffic).items():
        began = time.monotonic()
        while not is_well():
            if time.monotonic() > deadline:
                raise TimeoutError(f"Not well again after {PATIENCE:g} s: {name}")
            time.sleep(0.1)
        waits[name] = time.monotonic() - began
    return max(waits, key=lambda name: waits[name])


def signs(stage: Stage, traffic: Traffic) -> dict[str, Callable[[], bool]]:
    """Return what must be true of a site that is well: each asks it once."""
    reader = Visitor(stage.site.address, "10.7.0.1", patience=10)
    member = replace(reader, cookies=dict(traffic.member.cookies))
    path = traffic.event.path
    return {
        "processes": lambda: bool(named("worker") and named("clock") and len(workers_of_web()) == 2),
        "readers": lambda: bool(traffic.ask("reader", lambda: reader.get("/agenda/?apres=1"))),
        "members": lambda: bool(traffic.ask("member", lambda: member.get(path))),
        "shelf": lambda: bool((page := traffic.ask("reader", lambda: reader.get(path))) and page.is_hit),
        "registration and its message": lambda: is_registered_and_told(stage, traffic),
    }  # fmt: skip


def is_registered_and_told(stage: Stage, traffic: Traffic) -> bool:
    """Register somebody, and wait for the message to arrive."""
    email = f"p{next(traffic.numbers)}@{traffic.event.domain}"
    if not traffic.register(email):
        return False
    deadline = time.monotonic() + RECOVERY
    while not any(email in str(one["To"]) for one in list(stage.smtp.accepted)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def staged(site: RunningSite, redis_url: str = "") -> Iterator[Stage]:
    """Put proxies between a site and its services. Its folder should be the one of `own_disk`."""
    settings = dict(site.settings)
    with LocalServer() as smtp, smtp.listening():
        smtp_proxy = Proxy(("127.0.0.1", smtp.port))
        settings["DELIVERY_URL"] = f"smtp://127.0.0.1:{smtp_proxy.port}"
        database_proxy = redis_proxy = None
        if site.database_url:
            database_proxy, settings["DATABASE_URL"] = through_proxy(site.database_url, 5432)
        if redis_url:
            redis_proxy, settings["CACHE_URL"] = through_proxy(redis_url, 6379)
        through = replace(site, settings=settings)
        has_disk = os.path.ismount(site.folder)
        proxies = [one for one in (smtp_proxy, database_proxy, redis_proxy) if one]
        try:
            yield Stage(through, smtp, smtp_proxy, database_proxy, redis_proxy, has_disk)
        finally:
            for proxy in proxies:
                proxy.thaw()
                proxy.close()


def through_proxy(url: str, default_port: int) -> tuple[Proxy, str]:
    """Return a proxy in front of the service of this URL, and the URL that goes through it."""
    parts = urlsplit(url)
    proxy = Proxy((parts.hostname or "127.0.0.1", parts.port or default_port))
    before, at, _ = parts.netloc.rpartition("@")
    return proxy, parts._replace(netloc=f"{before}{at}127.0.0.1:{proxy.port}").geturl()


@contextmanager
def own_disk() -> Iterator[Path]:
    """Yield a folder that is a small file system in memory where the account may mount one, else a plain folder.

    The log of the processes is kept outside it: a full disk must not stop who writes it.
    """
    with tempfile.TemporaryDirectory(prefix="site-cms-faults-") as around:
        folder = Path(around, "data")
        folder.mkdir()
        is_mounted = mounted(folder)
        (folder / "log").symlink_to(Path(around, "log"))
        try:
            yield folder
        finally:
            if is_mounted:
                subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mounted(folder: Path) -> bool:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "site-cms-faults", str(folder)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
