"""Runs all benchmarks, those named, or a comparison, and writes docs/benchmarks.md.

    python -m tests.bench [PART…] [--against COMMIT] [--peer FOLDER]

The exit code is 1 if a budget is exceeded, 2 if something cannot be measured, which one sentence tells.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import django

from tests.bench import (
    answers,
    comparison,
    directory,
    growth,
    load,
    machine,
    memory,
    pages,
    registration,
    server,
)
from tests.bench.checkout import short_name
from tests.bench.client import in_a_new_process, run_waiting_tasks
from tests.bench.document import CannotMeasure, Section, write
from tests.bench.peer import peer_folder, peer_pages
from tests.bench.running_site import BASE_DIR

#: In the order of the document, and of the run: `pages` asks before `answers` posts.
PARTS: dict[str, Callable[[], Section]] = {
    "server": server.run,
    "growth": growth.run,
    "memory": memory.run,
    "registration": registration.run,
    "directory": directory.run,
    "pages": pages.run,
    "answers": answers.run,
}
OF_THE_DEMONSTRATION = {"server", "memory", "pages", "answers"}
OVER_HTTP = {"server", "memory"}


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped then, too
    started = time.monotonic()
    shell = dict(os.environ)
    try:
        asked = read_arguments(arguments)
        check(asked)
        origin = machine.origin(command_of(asked, shell))
        sections = []
        for section in measure(asked, shell):
            sections.append(section)
            # At once: a run that is interrupted keeps what it has measured.
            kept = write(BASE_DIR / "docs", sections, origin)
    except CannotMeasure as reason:
        print(reason, file=sys.stderr)
        return 2
    over = sum(section.over for section in sections)
    print(
        f"{(time.monotonic() - started) / 60:.1f} minutes, budgets exceeded: {over}. docs/benchmarks.md is written."
    )
    if kept:
        print(f"Sections that keep their earlier figures: {', '.join(kept)}.")
    return int(over > 0)


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the parts, the commit and the folder. Raise CannotMeasure for a part that does not exist."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--against", default="")
    parser.add_argument("--peer", default="")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(PARTS):
        raise CannotMeasure(
            f"{', '.join(sorted(unknown))}: no such part; there are {', '.join(PARTS)}."
        )
    if not (asked.parts or asked.against or asked.peer):
        asked.parts = list(PARTS)
    return asked


def check(asked: argparse.Namespace) -> None:
    """Raise CannotMeasure before anything is started."""
    load.seconds()
    if asked.against or asked.peer or not OVER_HTTP.isdisjoint(asked.parts):
        load.require_tools()
    if asked.against:
        short_name(asked.against)
    if asked.peer:
        peer_folder(asked.peer)
        peer_pages()


def measure(asked: argparse.Namespace, shell: Mapping[str, str]) -> Iterator[Section]:
    """Yield the section of each part as it is measured, printed. `shell` is the environment of the person who asked."""
    with demonstration(needed=not OF_THE_DEMONSTRATION.isdisjoint(asked.parts)):
        for name in PARTS:
            if name in asked.parts:
                yield printed(PARTS[name]())
        if asked.against:
            yield printed(comparison.run_against(asked.against))
        if asked.peer:
            yield printed(comparison.run_beside(asked.peer, shell))


def printed(section: Section) -> Section:
    print(section, end="\n\n", flush=True)
    return section


@contextmanager
def demonstration(*, needed: bool) -> Iterator[None]:
    """Set the environment of a demonstration site in a temporary folder; load it if a part needs it."""
    with tempfile.TemporaryDirectory(prefix="site-cms-bench-") as folder:
        os.environ |= {"DEMO": "1", "DEBUG": "0", "DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        os.environ |= {"DATABASE_URL": "", "CACHE_URL": "", "BASE_URL": "http://localhost"}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "site_cms.settings"}
        if needed:
            release = [sys.executable, "manage.py", "release"]
            subprocess.run(release, cwd=BASE_DIR, check=True, stdout=sys.stderr)
            django.setup()
            in_a_new_process(run_waiting_tasks)  # which draw the pictures
        yield


def command_of(asked: argparse.Namespace, shell: Mapping[str, str]) -> str:
    """Return the command that repeats this run, without the password of a database."""
    words = ["DATABASE_URL=postgres://…"] if shell.get("DATABASE_URL") else []
    words += [f"BENCH_SECONDS={shell['BENCH_SECONDS']}"] if shell.get("BENCH_SECONDS") else []
    words += ["make bench"]
    if asked.parts and asked.parts != list(PARTS):
        words.append(f'PARTS="{" ".join(asked.parts)}"')
    words += [f"AGAINST={asked.against}"] if asked.against else []
    words += [f"PEER={os.path.basename(asked.peer.rstrip('/'))}"] if asked.peer else []  # noqa: PTH119 -- text, not a file
    return " ".join(words)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit(130)
