"""Pure functions of the benchmarks (`make bench`): figures, tables, document, and one sentence for a wrong question."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.bench import __main__ as bench
from tests.bench import (
    chart,
    checkout,
    comparison,
    growth,
    load,
    memory,
    peer,
    registration,
    server,
)
from tests.bench.document import CannotMeasure, Section, Table, read, write
from tests.bench.load import Load, Spread
from tests.bench.visitor import Answer

ROOT = Path(__file__).resolve().parents[1]
SAID = """Running 1s test @ http://localhost:8000/
  1 threads and 8 connections
  500 requests in 2.00s, 4.00MB read
Requests/sec:    250.00
"""


def rates(*figures: float) -> list[Load]:
    """Return rounds of one second with these requests, of one millisecond of processor each."""
    return [Load(int(figure), 1.0, figure / 1000) for figure in figures]


def test_a_load_has_requests_per_second_and_processor_time_per_request():
    found = load.read_load(SAID, processor=0.5)

    assert (found.rate, found.milliseconds) == (250.0, 1.0)
    with pytest.raises(RuntimeError, match="No answer was counted"):
        load.read_load("  0 requests in 2.00s\nRequests/sec: 0.00\n", processor=0.5)


def test_a_ratio_is_taken_round_by_round_and_has_its_spread():
    found = load.ratio([100, 300, 90], [50, 100, 60])

    assert found == Spread(median=2.0, low=1.5, high=3.0)
    assert str(found) == "2.00 (1.50 to 3.00)"


def test_processor_time_and_memory_of_a_process_are_those_of_its_tree():
    script = "sleep 60 & echo started; wait"
    with subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        found = list(load.tree(parent.pid))
        spent, size = load.processor_seconds(parent.pid), load.proportional_memory(parent.pid)
        for one in reversed(found):
            os.kill(one, signal.SIGKILL)

    assert (found[0], len(found)) == (parent.pid, 2)
    assert spent >= 0
    assert size > 0


def test_a_table_is_aligned_and_escapes_what_would_end_a_cell():
    table = Table(("page", "ms"), [("a|b", "1.5"), ("home", "12.0")])

    assert str(table).splitlines() == [
        "| page |   ms |",
        "| ---- | ---: |",
        "| a\\|b |  1.5 |",
        "| home | 12.0 |",
    ]


def test_a_run_of_one_part_keeps_the_figures_of_the_others(tmp_path):
    first = [Section("Server", ["fast"]), Section("Memory", ["small"], charts={"m.svg": "<svg/>"})]

    assert write(tmp_path, first, "Monday") == []
    assert write(tmp_path, [Section("Server", ["faster"])], "Tuesday") == ["Memory"]

    found = read((tmp_path / "benchmarks.md").read_text())
    assert found == {
        "Server": "## Server\n\nTuesday\n\nfaster",
        "Memory": "## Memory\n\nMonday\n\nsmall\n\n![Memory](images/m.svg)",
    }
    assert (tmp_path / "images/m.svg").read_text() == "<svg/>"


def test_charts_draw_each_figure_and_escape_names():
    drawn = chart.bars("Rates", {"a & b": 50, "c": 100})
    over_steps = chart.lines("Growth", (10, 100), {"list": (1, 2), "home": (3, 4)})

    assert drawn.count("<rect") == 3
    assert "a &amp; b" in drawn
    assert over_steps.count("<polyline") == 2


def test_a_ratio_below_its_budget_is_marked_and_an_absent_nginx_is_named():
    line, under = server.judge("ready", rates(100, 150), rates(100, 100), 2.0)
    absent, is_under = server.judge("ready", rates(100), [], 0.5)

    assert (line, under) == (("ready", "1.25 (1.00 to 1.50)", "1.00", "2", "under"), True)
    assert (absent[1], is_under) == ("not run: nginx is not installed", False)


def test_a_comparison_names_what_is_not_twice_as_fast_and_what_is_absent():
    ready = {"home": (rates(300, 300), rates(100, 100))}
    made = {"home": (rates(150, 150), rates(100, 100)), "search": (rates(1), rates(1))}

    blocks = [str(block) for block in comparison.report("abc1234", ready, made, ["recap"]).blocks]

    assert "| home | " in blocks[2]
    assert "3.00 (3.00 to 3.00)" in blocks[2]
    assert blocks[5:] == [
        "Not measured, since one of the two does not answer 200: recap.",
        "Uncached under 2 times the other's requests per second: home.",
    ]


def test_a_comparison_asks_both_sites_for_a_page_one_after_the_other():
    asked = {
        f"{side} {kind} home": kind for side in ("ours", "theirs") for kind in ("ready", "uncached")
    }

    assert list(comparison.alternating(asked)) == [
        "ours ready home",
        "theirs ready home",
        "ours uncached home",
        "theirs uncached home",
    ]
    assert comparison.uncached("/recherche/?q=a") == "/recherche/?q=a&uncached=1"


def test_growth_above_its_budget_is_counted():
    steps = len(growth.STEPS)

    section = growth.report(
        {"list": [(9, 10.0)] * (steps - 1) + [(9, 20.0)], "home": [(9, 5.0)] * steps}
    )

    assert section.over == 1
    assert "2.00 over" in str(section)


def test_memory_is_summed_by_process():
    section = memory.report([("web", 60.0), ("web", 115.0), ("clock", 40.0)])

    assert section.over == 1
    assert str(section.blocks[1]).splitlines()[3] == "| web      |         2 |     175 |"


@pytest.mark.parametrize(
    ("database", "status", "kept", "over"),
    [
        ("SQLite", 303, 1, False),
        ("PostgreSQL", 303, 1, True),
        ("SQLite", 303, 0, True),
        ("SQLite", 500, 0, True),
    ],
)
def test_registrations_are_over_budget_when_slow_on_postgresql_lost_or_refused(
    monkeypatch, database, status, kept, over
):
    monkeypatch.setattr(registration, "PEOPLE", 1)
    measure = registration.Measure([Answer(status, "", "", 1.0)], 1.0, 0.1, {"confirmed": kept})

    assert registration.is_over(database, measure) is over


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "nothing: no such part; there are server, "),
        (["--against=no-such-commit"], "AGAINST=no-such-commit is no commit of this repository"),
        (["--against=--help"], "AGAINST=--help is no commit of this repository"),
        (["--peer=/no/such/folder"], "PEER=/no/such/folder is no folder."),
        ([f"--peer={ROOT / 'docs'}"], "docs has no manage.py: docs/testing.md says"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence_and_exit_2(
    monkeypatch, capsys, arguments, sentence
):
    monkeypatch.setattr(load, "require_tools", lambda: None)
    monkeypatch.setattr(bench.signal, "signal", lambda *_: None)
    monkeypatch.setattr(bench, "measure", lambda *_: pytest.fail("something was started"))

    assert bench.main(arguments) == 2

    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_missing_tool_and_a_wrong_number_of_seconds_are_told(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("BENCH_SECONDS", "0")

    with pytest.raises(CannotMeasure, match="wrk and taskset not found"):
        load.require_tools()
    with pytest.raises(CannotMeasure, match="BENCH_SECONDS=0 is not a whole number"):
        load.seconds()


def test_pages_of_a_peer_are_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("PEER_PAGES", "home=/ list=/blog/")
    assert peer.peer_pages() == {"home": "/", "list": "/blog/"}

    monkeypatch.setenv("PEER_PAGES", "home")
    with pytest.raises(CannotMeasure, match="PEER_PAGES=home is not of the form"):
        peer.peer_pages()


def test_a_checkout_that_cannot_be_installed_leaves_no_worktree(monkeypatch):
    def refuse(command: list[str], folder: Path, failure: str) -> None:
        if command[0] == "make":
            raise CannotMeasure(failure)
        made(command, folder, failure)

    made = checkout.run
    before = checkout.git("worktree", "list")
    monkeypatch.setattr(checkout, "run", refuse)

    with pytest.raises(CannotMeasure, match="cannot be installed"), checkout.checked_out("HEAD"):
        pass

    assert checkout.git("worktree", "list") == before


def test_the_command_that_repeats_a_run_hides_the_password_of_the_database():
    asked = bench.read_arguments(["memory", "--against=abc"])

    told = bench.command_of(
        asked, {"DATABASE_URL": "postgres://me:secret@host/db", "BENCH_SECONDS": "2"}
    )

    assert told == 'DATABASE_URL=postgres://… BENCH_SECONDS=2 make bench PARTS="memory" AGAINST=abc'
