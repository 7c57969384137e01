"""A running site: processes of the Procfile with their own folder and database."""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from site_cms.procfile import answers, read_procfile

BASE_DIR = Path(__file__).resolve().parents[2]
PATIENCE = 240  # maximum seconds until the site answers


@dataclass(frozen=True)
class RunningSite:
    """A site that can be started and stopped repeatedly. An empty `database_url` means SQLite in the folder."""

    folder: Path
    port: int
    database_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Another checkout, with its own Python, may be run.
    root: Path = BASE_DIR
    python: str = sys.executable

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"DEMO": "1", "DEBUG": "0", "LOG_LEVEL": "WARNING", "CACHE_URL": ""}
        own |= {"DATA_DIR": str(self.folder), "DATABASE_URL": self.database_url}
        own |= {"PORT": str(self.port), "BASE_URL": self.address, "TRUSTED_PROXY_COUNT": "1"}
        own |= {"DJANGO_SETTINGS_MODULE": "site_cms.settings"}
        return {**os.environ, **own, **self.settings}

    def run(self, module: str, *arguments: str) -> Any:
        """Run a module with the site's environment and return the JSON that it prints."""
        done = subprocess.run(
            [self.python, "-m", module, *arguments],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout)

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py and return what it prints. Raise RuntimeError with what it says when it fails."""
        done = subprocess.run(
            [self.python, "manage.py", *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    @contextmanager
    def started(self, *processes: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run processes until the end of the block: `site.started("web", "worker")`, or `"web=another command"`.

        Yield the process that keeps them.
        """
        with (self.folder / "log").open("ab") as log:
            keeper = subprocess.Popen(
                [self.python, "-m", "site_cms.procfile", *processes],
                cwd=self.root,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                self.wait(keeper)
                yield keeper
            finally:
                keeper.terminate()
                keeper.wait(60)

    def command(self, name: str) -> str:
        """Return a line of the Procfile of the site's checkout."""
        return read_procfile(self.root / "Procfile")[name]

    @contextmanager
    def process(self, name: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run one process of the Procfile, without restarting it."""
        command = self.command(name)
        path = f"{Path(self.python).parent}{os.pathsep}{os.environ['PATH']}"
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                shlex.split(command),
                cwd=self.root,
                env=self.environment | {"PATH": path},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                yield process
            finally:
                process.terminate()
                process.wait(60)

    def wait(self, keeper: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + PATIENCE
        while not answers(self.port):
            if keeper.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"The site does not start:\n{(self.folder / 'log').read_text()[-4000:]}"
                )
            time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql_database(server: str, template: str = "") -> Iterator[str]:
    """Create a database on the server of this DATABASE_URL, yield its URL, and drop it afterwards.

    `template` is a database of that server to copy.
    """
    name = f"site_cms_{os.getpid()}_{time.monotonic_ns()}"
    parts = urlsplit(server)
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template1"}"')
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
