"""Procfile runner for `make run` and `make dev`, which restarts processes that die.

    python -m site_cms.procfile web worker pictures clock
    python -m site_cms.procfile "web=python manage.py runserver" worker pictures clock
    python -m site_cms.procfile manage backup site.tar     # one command, with the same environment

Not used where a platform or systemd runs the Procfile. Does not import Django, so that it starts fast and uses little
memory.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
GRACE = 25  # seconds from SIGTERM to SIGKILL; the web process needs up to 20
LONGEST_PAUSE = 30  # maximum seconds before restarting a process that keeps dying

HEAD_START = 10  # seconds before the other processes start, unless the first one answers earlier

ACCOUNTS = "admin@, editrice@, membre@, autre-membre@ and ancienne-membre@example.org"


class CannotStart(Exception):
    """The site cannot start. The message is printed without a traceback."""


@dataclass
class Kept:
    """A process restarted when it dies. The pause doubles while it keeps dying soon after a start."""

    name: str
    command: str
    pause: float = 0.5
    start_at: float = 0.0
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        # Its own process group: its children are stopped with it, and Ctrl-C reaches this process only.
        self.process = subprocess.Popen(  # noqa: S602 -- the Procfile's own lines
            f"exec {self.command}", shell=True, cwd=BASE_DIR, start_new_session=True
        )
        self.started = time.monotonic()

    def look(self) -> None:
        """Start the process if it is due, or schedule a restart if it has died."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif self.process.poll() is not None:
            self.send(signal.SIGKILL)  # workers of a dead master still hold the port
            self.pause = 0.5 if now - self.started > LONGEST_PAUSE else self.pause * 2
            self.pause = min(self.pause, LONGEST_PAUSE)
            say(f"{self.name} ended ({self.process.returncode}); again in {self.pause:g} s.")
            self.process, self.start_at = None, now + self.pause

    def send(self, signal_number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):  # the whole group has ended
                os.killpg(self.process.pid, signal_number)

    def stop(self, deadline: float) -> None:
        """Wait until `deadline` for a process that was sent SIGTERM, then kill its group."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} does not stop: killed.")
        self.send(signal.SIGKILL)
        self.process.wait()


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["manage"]:
        return manage(arguments[1:])
    try:
        port = chosen_port()
        read_environment(port)
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        os.environ["GUNICORN_CMD_ARGS"] = f"--bind=127.0.0.1:{port} --log-level=warning"
        os.environ["PORT"] = str(port)
        commands = read_procfile(BASE_DIR / "Procfile")
        release(commands["release"])
        return keep(chosen_processes(arguments, commands), port)
    except CannotStart as refusal:
        say(str(refusal))
        return 1


def manage(arguments: list[str]) -> int:
    """Run a command of manage.py with the environment of the processes, which may run meanwhile."""
    read_environment(os.environ.get("PORT") or "8000")
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=BASE_DIR, check=False).returncode  # noqa: S603 -- our own


def read_environment(port: int | str) -> None:
    Env().read_env(BASE_DIR / ".env", recurse=False)
    os.environ.setdefault("BASE_URL", f"http://localhost:{port}")


def keep(processes: list[Kept], port: int) -> int:
    """Run the processes until SIGINT, SIGTERM or SIGHUP, then stop them."""
    told_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: told_to_stop.set())
    announced, others_start = False, time.monotonic() + HEAD_START
    while not told_to_stop.is_set():
        everyone = announced or time.monotonic() > others_start
        for process in processes if everyone else processes[:1]:
            process.look()
        if not announced and (announced := answers(port)):
            announce(port)
        told_to_stop.wait(0.25)
    for process in processes:
        process.send(signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for process in processes:
        process.stop(deadline)
    say("Stopped.")
    return 0


def chosen_port() -> int:
    """Return PORT. Raise CannotStart if it is invalid or in use."""
    value = os.environ.get("PORT") or "8000"
    if not value.isdecimal() or not 0 < int(value) < 65_536:
        raise CannotStart(f"PORT={value} is not a port: choose a number from 1024 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(value)))
        except PermissionError as refused:
            raise CannotStart(f"Port {value} is reserved: try `make run PORT=8001`.") from refused
        except OSError as taken:
            raise CannotStart(
                f"Port {value} is taken by another program: stop it, or choose another port"
                f" with `make run PORT={int(value) + 1}`."
            ) from taken
    return int(value)


def read_procfile(path: Path) -> dict[str, str]:
    lines = (line.partition(":") for line in path.read_text().splitlines() if line.strip())
    return {name.strip(): command.strip() for name, _, command in lines}


def chosen_processes(arguments: list[str], commands: dict[str, str]) -> list[Kept]:
    """Return the processes of the arguments: `name` for a line of the Procfile, or `name=command`."""
    chosen = (argument.partition("=") for argument in arguments)
    return [Kept(name, command or commands[name]) for name, _, command in chosen]


def release(command: str) -> None:
    try:
        done = subprocess.run(command, shell=True, cwd=BASE_DIR, check=False)  # noqa: S602 -- the Procfile's
    except KeyboardInterrupt as stopped:
        raise CannotStart("Stopped.") from stopped
    if done.returncode:
        raise CannotStart("The site cannot start: see the reason above.")


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def announce(port: int) -> None:
    say(
        f"The site answers on http://localhost:{port}/ — back office: http://localhost:{port}/admin/"
    )
    if os.environ.get("DEMO"):
        say(f"Accounts: {ACCOUNTS}; password: demonstration")
        say(f"Mail is written to {os.environ.get('DATA_DIR') or 'var'}/mail/. Ctrl-C stops.")


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
