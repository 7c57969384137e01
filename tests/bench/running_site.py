"""The site as it runs: processes of the Procfile, on a folder and a database of their own."""

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
PATIENCE = 240  # seconds in which the site begins to answer


@dataclass(frozen=True)
class RunningSite:
    """A site that may be started and stopped several times; `database_url` is empty for SQLite in the folder."""

    folder: Path
    port: int
    database_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

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
        """What a module of ours prints as JSON when it runs beside the site."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout)

    @contextmanager
    def started(self, *processes: str) -> Iterator[None]:
        """`site.started("web", "worker")`, or `"web=another command"`, until the end of the block."""
        with (self.folder / "log").open("ab") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "site_cms.procfile", *processes],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                self.wait(keeper)
                yield
            finally:
                keeper.terminate()
                keeper.wait(60)

    @contextmanager
    def process(self, name: str) -> Iterator["subprocess.Popen[bytes]"]:
        """One process of the Procfile, which nobody starts again."""
        command = read_procfile(BASE_DIR / "Procfile")[name]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                shlex.split(command),
                cwd=BASE_DIR,
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
def postgresql_database(server: str) -> Iterator[str]:
    """The address of a new database on the server of this DATABASE_URL; it is dropped afterwards."""
    name = f"site_cms_{os.getpid()}_{time.monotonic_ns()}"
    parts = urlsplit(server)
    with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
