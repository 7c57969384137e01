"""A peer: another Django project, installed in a folder of its own, served beside this site.

The folder has manage.py, an environment in .venv that holds granian, and a database with content (docs/testing.md). Two
variables say what is particular to it: PEER_PAGES and PEER_COMMAND.
"""

import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.document import CannotMeasure
from tests.bench.load import PINNED, Target
from tests.bench.running_site import free_port
from tests.bench.server import wait_for

#: Pages of bakerydemo that resemble ours. PEER_PAGES replaces them.
PAGES = "home=/ list=/blog/ article=/blog/wild-yeast/"
#: The server of this site, with one process. PEER_COMMAND replaces it; {port} is given.
COMMAND = (
    "{python} -m granian --interface wsgi --workers 1 --blocking-threads 4 --host 127.0.0.1 --port {port}"
    " --no-access-log {application}"
)
ASKED = "from django.conf import settings; print('application', settings.WSGI_APPLICATION)"
#: Variables that would make the peer use this site's settings, database or folder.
OURS = {
    "DJANGO_SETTINGS_MODULE",
    "DATABASE_URL",
    "CACHE_URL",
    "DATA_DIR",
    "BASE_URL",
    "DEMO",
    "DEBUG",
}


def peer_folder(told: str) -> Path:
    """Return the folder of a peer. Raise CannotMeasure if something is missing in it."""
    folder = Path(told).expanduser().resolve()
    if not folder.is_dir():
        raise CannotMeasure(f"PEER={told} is no folder.")
    for needed in ("manage.py", ".venv/bin/python"):
        if not (folder / needed).is_file():
            raise CannotMeasure(
                f"PEER={told} has no {needed}: docs/testing.md says what the folder of a peer holds."
            )
    return folder


def peer_pages() -> dict[str, str]:
    """Return the peer's paths by name. Raise CannotMeasure if PEER_PAGES is not `name=/path/` words."""
    told = os.environ.get("PEER_PAGES") or PAGES
    pages = dict(word.split("=", 1) for word in shlex.split(told) if "=/" in word)
    if len(pages) != len(shlex.split(told)):
        raise CannotMeasure(f"PEER_PAGES={told} is not of the form `home=/ list=/blog/`.")
    return pages


@contextmanager
def started_peer(folder: Path, environment: Mapping[str, str]) -> Iterator[Target]:
    """Serve the peer on a free port and yield its root. `environment` is the shell's: the peer's settings stand there."""
    own = {name: value for name, value in environment.items() if name not in OURS}
    port = free_port()
    python = str(folder / ".venv/bin/python")
    command = os.environ.get("PEER_COMMAND") or COMMAND
    words = shlex.split(
        command.format(python=python, port=port, application=application_of(folder, python, own))
    )
    with (folder / "bench.log").open("wb") as log:
        process = subprocess.Popen(
            [*PINNED.split(), *words], cwd=folder, env=own, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            try:
                wait_for(f"http://localhost:{port}/", process)
            except RuntimeError as error:
                raise CannotMeasure(
                    f"The peer does not answer; {folder / 'bench.log'} says why."
                ) from error
            yield Target(f"http://localhost:{port}", process.pid)
        finally:
            process.terminate()
            process.wait(30)


def application_of(folder: Path, python: str, environment: Mapping[str, str]) -> str:
    """Return the peer's WSGI application as a server wants it: `module:name`."""
    done = subprocess.run(
        [python, "manage.py", "shell", "-c", ASKED],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [
        line.split()[1] for line in done.stdout.splitlines() if line.startswith("application ")
    ]
    if done.returncode or not found:
        reason = done.stderr.strip().splitlines()[-1:] or ["it has no WSGI_APPLICATION"]
        raise CannotMeasure(f"The peer's manage.py does not work: {reason[0]}")
    module, _, name = found[0].rpartition(".")
    return f"{module}:{name}"
