"""Origin of a benchmark: date, commit, machine, versions, load."""

import os
import platform
import re
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
PACKAGES = ("django", "wagtail", "granian")
TOOLS = {"nginx": ["nginx", "-v"], "wrk": ["wrk", "-v"], "PostgreSQL": ["postgres", "--version"]}


def origin(command: str) -> str:
    """Return the line below a section's title, as things are when the run begins."""
    now, load = datetime.now(UTC), os.getloadavg()[0]
    return (
        f"Measured from {now:%Y-%m-%d %H:%M} UTC at {commit()} by `{command}`, load before {load:.1f}: {hardware()};"
        f" {', '.join(versions())}."
    )


def commit() -> str:
    name = git("rev-parse", "--short", "HEAD") or "no commit"
    changed = git("status", "--porcelain", "--", ".", ":!docs/benchmarks.md", ":!docs/images")
    return f"{name} with changes that are not committed" if changed else name


def git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def hardware() -> str:
    cpu = Path("/proc/cpuinfo")
    found = (
        re.search(r"^model name\s*: (.+)$", cpu.read_text(), re.MULTILINE) if cpu.exists() else None
    )
    name = found[1] if found else platform.machine()
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def versions() -> list[str]:
    packages = [f"{name} {version(name)}" for name in PACKAGES]
    tools = [f"{name} {found}" for name, command in TOOLS.items() if (found := version_of(command))]
    return [
        f"Python {platform.python_version()}",
        *packages,
        f"SQLite {sqlite3.sqlite_version}",
        *tools,
    ]


def version_of(command: list[str]) -> str:
    """Return the version that a program tells, or nothing if it is not installed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    found = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else ""
