"""The site's processes, killed as the system kills them. Only those that this process has started are looked at."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

#: Part of the command line of each process.
COMMANDS = {"worker": "manage.py db_worker", "clock": "manage.py clock", "web": "site_cms.web"}


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    #: Of a fork of the keeper, whose command line is the keeper's (site_cms.procfile).
    name: str
    command: str


def own_processes() -> list[Process]:
    """Return the processes below this one."""
    table = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,comm=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(maxsplit=3) for line in table.stdout.splitlines()]
    found = [
        Process(int(pid), int(parent), name, "".join(rest)) for pid, parent, name, *rest in rows
    ]
    known = {os.getpid()}
    for _depth in range(6):
        known |= {one.pid for one in found if one.parent in known}
    return [one for one in found if one.pid in known - {os.getpid()}]


def named(name: str) -> list[Process]:
    return [
        one
        for one in own_processes()
        if one.name == name or (COMMANDS[name] in one.command and "procfile" not in one.command)
    ]


def workers_of_web() -> list[Process]:
    """Return the processes that answer: those below the first of the web process."""
    web = named("web")
    above = {one.pid for one in web}
    return [one for one in web if one.parent in above]


def kill(find: Callable[[], list[Process]]) -> None:
    for one in find()[:1]:
        with suppress(ProcessLookupError):
            os.kill(one.pid, signal.SIGKILL)
