"""Another commit of this repository in a temporary worktree, with its own Python environment."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.document import CannotMeasure
from tests.bench.machine import BASE_DIR, git

#: Variables of the `make` that runs the benchmark, which must not reach the other one.
OF_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "AGAINST", "PEER", "PARTS"}


def short_name(commit: str) -> str:
    """Return the short name of a commit. Raise CannotMeasure if this repository has no such commit."""
    name = (
        ""
        if commit.startswith("-")
        else git("rev-parse", "--short", "--verify", f"{commit}^{{commit}}")
    )
    if not name:
        raise CannotMeasure(
            f"AGAINST={commit} is no commit of this repository; `git log` lists them."
        )
    return name


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """Yield a folder with this commit, installed by its own Makefile. It is removed at the end, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="site-cms-against-") as parent:
        folder = Path(parent) / "checkout"
        try:
            added = ["worktree", "add", "--quiet", "--detach", str(folder), commit]
            run(["git", *added], BASE_DIR, f"git cannot check out {commit}")
            run(["make", "--silent", ".venv/.installed"], folder, f"{commit} cannot be installed")
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            git("worktree", "prune")


def run(command: list[str], folder: Path, failure: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=sys.stderr,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or [f"exit {done.returncode}"]
        raise CannotMeasure(f"{failure}: {reason[0]}")
