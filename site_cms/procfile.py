"""Procfile runner for `make run` and `make dev`, which restarts processes that die.

    python -m site_cms.procfile web worker pictures clock
    python -m site_cms.procfile "web=python manage.py runserver" worker pictures clock
    python -m site_cms.procfile manage backup site.tar     # one command, with the same environment

Not used where a platform or systemd runs the Procfile. Lines that run a command of manage.py are forks of this process,
which loads Django once while the web process starts: they share about two thirds of their memory.
"""

import contextlib
import gc
import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
GRACE = 25  # seconds from SIGTERM to SIGKILL; the web process needs up to 20
LONGEST_PAUSE = 30  # maximum seconds before restarting a process that keeps dying

HEAD_START = 10  # seconds before the other processes start, unless the first one answers earlier

#: What begins a line of the Procfile that is a command of manage.py.
MANAGE = "python manage.py "

ACCOUNTS = "admin@, editrice@, membre@, autre-membre@ and ancienne-membre@example.org"


class CannotStart(Exception):
    """The site cannot start. The message is printed without a traceback."""


class Fork:
    """A command of manage.py in a fork of this process. Has what is used of `subprocess.Popen`."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        self.returncode: int | None = None
        load_django()
        self.pid = os.fork()
        if self.pid == 0:
            run_command(name, arguments)

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("manage.py", timeout or 0)
            time.sleep(0.05)
        return status


def load_django() -> None:
    """Import the site, once, with its URLs, which every command needs sooner or later."""
    if "django" in sys.modules:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings")
    import django  # noqa: PLC0415 -- see the docstring of the module
    from django.urls import get_resolver  # noqa: PLC0415 -- as above

    django.setup()
    get_resolver().reverse_dict.keys()  # imports all views
    gc.collect()
    gc.freeze()  # what is shared is not written by the garbage collector of each fork


def run_command(name: str, arguments: list[str]) -> NoReturn:
    """Run a command of manage.py and end the process, which `top` shows under this name (Linux)."""
    status = 1
    try:
        os.setsid()
        with contextlib.suppress(OSError):
            Path("/proc/self/comm").write_text(name)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        from django.core.management import execute_from_command_line  # noqa: PLC0415 -- in the fork only

        execute_from_command_line(["manage.py", *arguments])
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else bool(ended.code)
    except BaseException:  # noqa: BLE001 -- nothing of the runner may go on in the fork
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


@dataclass
class Kept:
    """A process restarted when it dies. The pause doubles while it keeps dying soon after a start."""

    name: str
    command: str
    #: Whether it is a command of manage.py, run in a fork. Django's own server starts itself again, so it is not.
    is_forked: bool = False
    pause: float = 0.5
    start_at: float = 0.0
    started: float = 0.0
    process: "subprocess.Popen[bytes] | Fork | None" = field(default=None, repr=False)

    def start(self) -> None:
        # Its own process group: its children are stopped with it, and Ctrl-C reaches this process only.
        if self.is_forked:
            self.process = Fork(self.name, shlex.split(self.command.removeprefix(MANAGE)))
        else:
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
    return [
        Kept(name, command)
        if command
        else Kept(name, commands[name], is_forked=commands[name].startswith(MANAGE))
        for name, _, command in chosen
    ]


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
