"""The Procfile runner of `make run` restarts its processes and leaves none behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from site_cms import procfile

#: Stand-in for the web process: a master that starts a child and logs both process ids.
MASTER = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(sys.argv[1], "a") as log:
    log.write(f"{os.getpid()} {child.pid}\\n")
time.sleep(600)
"""
KEEPER = """
import sys
from site_cms.procfile import Kept, keep
sys.exit(keep([Kept("web", sys.argv[1])], port=9))
"""


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def started(tmp_path):
    """The runner, and a function that returns (master, child) of the n-th start of its process."""
    script, log = tmp_path / "master.py", tmp_path / "log"
    script.write_text(MASTER)
    log.touch()
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEPER, f"{sys.executable} {script} {log}"], cwd=procfile.BASE_DIR
    )

    def nth(number: int) -> tuple[int, int]:
        wait_for(lambda: len(log.read_text().splitlines()) >= number)
        master, child = log.read_text().splitlines()[number - 1].split()
        return int(master), int(child)

    yield keeper, nth
    keeper.terminate()
    keeper.wait(30)


def test_a_killed_process_starts_again_and_takes_its_orphans_with_it(started):
    _, nth = started
    master, child = nth(1)

    os.kill(master, signal.SIGKILL)

    assert nth(2)[0] != master
    wait_for(lambda: not alive(child))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_process_and_the_exit_is_clean(started, number):
    keeper, nth = started
    pids = nth(1)

    keeper.send_signal(number)

    assert keeper.wait(30) == 0
    assert [alive(pid) for pid in pids] == [False, False]


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_reported_before_anything_starts(monkeypatch, capsys, listener):
    monkeypatch.setenv("PORT", str(listener))

    assert procfile.main(["web"]) == 1
    assert f"Port {listener} is taken" in capsys.readouterr().out


@pytest.mark.parametrize("value", ["abc", "0", "70000", "-1"])
def test_an_invalid_port_is_refused_by_name(monkeypatch, capsys, value):
    monkeypatch.setenv("PORT", value)

    assert procfile.main(["web"]) == 1
    assert f"PORT={value} is not a port" in capsys.readouterr().out


def test_the_procfile_names_the_four_processes_of_a_deployment():
    commands = procfile.read_procfile(procfile.BASE_DIR / "Procfile")

    assert list(commands) == ["release", "web", "worker", "pictures", "clock"]


def make(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "--old-file=.venv/.installed", *arguments],
        cwd=procfile.BASE_DIR,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["manage", "CMD=backup site.tar"], "backup site.tar"),
        (["import", "FILES=one.md folder/", "FLAGS=--dry-run"], "import_pages --dry-run one.md folder/"),
    ],
)  # fmt: skip
def test_make_runs_a_command_as_the_processes_run(arguments: list[str], command: str) -> None:
    last = make(*arguments).stdout.splitlines()[-1]

    assert last == (f"env DEMO=1 DEBUG=0 .venv/bin/python -m site_cms.procfile manage {command}")


def test_make_says_what_to_write() -> None:
    assert 'make import FILES="one.md folder/"' in make("import").stderr
    assert 'make manage CMD="backup site.tar"' in make("manage").stderr


def test_a_command_has_the_address_of_the_processes(tmp_path: Path) -> None:
    """A command may run while the processes do: the port is theirs."""
    code = "from django.conf import settings; print(settings.BASE_URL, settings.DEMO)"
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}

    done = subprocess.run(
        [sys.executable, "-m", "site_cms.procfile", "manage", "shell", "--no-imports", "-c", code],
        cwd=procfile.BASE_DIR,
        env=bare | {"DEMO": "1", "PORT": "8123", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "http://localhost:8123 True\n"


FORKS = """
import sys
from site_cms.procfile import Kept, keep
lines = [sys.argv[1], "no_such_command"]
sys.exit(keep([Kept("web", "sleep 600"), *(Kept(line.split()[0], f"python manage.py {line}", is_forked=True) for line in lines)], port=9))
"""


def test_commands_of_manage_are_forks_that_start_again_and_stop_with_the_others(
    tmp_path: Path,
) -> None:
    """They share the memory of the site: five processes that each load it do not fit the budget."""
    log = tmp_path / "log"
    code = f"import os, time; open({str(log)!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(600)"
    (tmp_path / "code.py").write_text(code)
    keeper = subprocess.Popen(
        [
            sys.executable,
            "-c",
            FORKS,
            f"shell --no-imports -c \"exec(open('{tmp_path}/code.py').read())\"",
        ],
        cwd=procfile.BASE_DIR,
        env=os.environ | {"DEMO": "1", "DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(lambda: log.exists() and log.read_text().count("\n") >= 1, seconds=60)
        first = int(log.read_text().split()[0])
        name = Path(f"/proc/{first}/comm").read_text().strip()
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: log.read_text().count("\n") >= 2, seconds=60)
        second = int(log.read_text().split()[1])
    finally:
        keeper.terminate()
        said, _ = keeper.communicate(timeout=60)

    assert name == "shell"
    assert keeper.returncode == 0
    assert "shell ended (-9)" in said
    assert "no_such_command ended (1)" in said
    assert [alive(pid) for pid in (first, second)] == [False, False]
