"""Twenty seconds of `make faults`: services and processes fail in turn, and nobody who registers is lost."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.bench.running_site import RunningSite, free_port
from tests.faults.__main__ import main
from tests.faults.outages import Stage
from tests.faults.rehearsal import RECOVERY, own_disk, rehearse, staged
from tests.faults.table import write_table
from tests.running.crowd import Event

SECONDS = 20
#: Those of ten minutes that are like others, or last.
LEFT_OUT = {"database refuses", "SMTP silent", "Redis refuses", "web killed"}


@pytest.fixture
def stage(database_url: str, template: str) -> Iterator[Stage]:
    with own_disk() as folder:
        site = RunningSite(folder, free_port(), database_url)
        if template and not database_url:
            shutil.copy(template, folder / "site.sqlite3")
        cache_url = os.environ.get("CACHE_URL", "")
        with staged(site, cache_url if cache_url.startswith("redis://") else "") as stage:
            yield stage


# SQLite has no server to cut off.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_every_outage_ends_within_a_minute_and_registrations_are_rows_and_mails(stage):
    """cache 16 and 18, on two processes."""
    event = Event(**stage.site.run("tests.bench.content", "Entière=100000"))

    story = rehearse(stage, event, SECONDS, but=LEFT_OUT)

    ledger = story.ledger
    assert ledger.faults == []
    assert ledger.registrations == ledger.rows == ledger.mails >= len(story.spells)
    assert [one.outage.name for one in story.spells if one.recovery > RECOVERY] == []
    readers = [one.cause for one in story.quiet if one.who == "reader"]
    # One or two may meet a process that starts again after its outage.
    assert len(readers) - readers.count("200") <= 2 < readers.count("200")
    table = write_table(story, command="make faults", services="")
    assert [one.outage.name for one in story.spells if f"| {one.outage.name} |" not in table] == []


@pytest.mark.parametrize(
    ("arguments", "database", "sentence"),
    [
        (["3"], "", "from 20 to 7200"),
        (["ten"], "", "from 20 to 7200"),
        (["20", "30"], "", "from 20 to 7200"),
        ([], "mysql://localhost/site", "DATABASE_URL must be postgres://"),
        ([], "postgres://nobody@127.0.0.1:1/site", "does not answer"),
    ],
)
def test_what_cannot_run_is_refused_in_a_sentence(
    monkeypatch, capsys, arguments, database, sentence
):
    monkeypatch.setenv("DATABASE_URL", database)

    code = main(arguments)

    said = capsys.readouterr().err
    assert (code, said.count("\n"), sentence in said) == (2, 1, True)
