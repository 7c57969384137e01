"""The worker: killed while it sends a hundred messages (registration 28), and asked for a code among a thousand."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.bench.running_site import RunningSite
from tests.mail_server import LocalServer
from tests.running.site import Database, Row

LETTERS = 100
KILLED_AT = 40
ROWS = "SELECT message_id, state, interrupted FROM home_outgoingemail WHERE recipient LIKE '%@letters.example.org'"


@pytest.fixture
def smtp() -> Iterator[LocalServer]:
    with LocalServer() as server, server.listening():
        yield server


def rows(site: RunningSite) -> list[Row]:
    with Database(site) as database:
        return database.rows(ROWS)


def wait_until_sent(site: RunningSite, number: int) -> None:
    deadline = time.monotonic() + 60
    while Counter(state for _id, state, _interrupted in rows(site))["sent"] < number:
        assert time.monotonic() < deadline, Counter(row[1:] for row in rows(site))
        time.sleep(0.2)


def test_a_worker_killed_while_sending_loses_nothing_and_repeats_one_message_at_most(site, smtp):
    """registration 28."""
    site = replace(site, settings={"DELIVERY_URL": f"smtp://127.0.0.1:{smtp.port}"})
    site.run("tests.running.letters", "forget")
    site.run("tests.running.letters", "write", str(LETTERS))
    smtp.answered = KILLED_AT

    with site.process("worker") as worker:
        assert smtp.silent.wait(60)
        worker.kill()
    assert Counter(state for _id, state, _interrupted in rows(site)) == {
        "sent": KILLED_AT,
        "sending": 1,
        "queued": LETTERS - KILLED_AT - 1,
    }
    with site.process("worker"):
        wait_until_sent(site, LETTERS - 1)
        site.run("tests.running.letters", "recover")
        wait_until_sent(site, LETTERS)

    arrived = Counter(message["Message-ID"] for message in smtp.messages)
    twice = smtp.messages[KILLED_AT]["Message-ID"]
    assert arrived == Counter([twice, *(key for key, _state, _interrupted in rows(site))])
    assert len(arrived) == LETTERS
    assert [key for key, _state, interrupted in rows(site) if interrupted] == [twice]


def test_a_code_leaves_within_five_seconds_while_a_message_to_many_waits(site):
    site.run("tests.running.letters", "group", "1000")
    waiting = (
        "SELECT count(*) FROM home_outgoingemail WHERE kind = 'message groupé' AND state = 'queued'"
    )
    code = "SELECT state FROM home_outgoingemail WHERE recipient = 'code1@letters.example.org'"
    with site.process("worker"), Database(site) as database:
        wait_for(lambda: database.rows(waiting) < [(1000,)], seconds=60)
        site.run("tests.running.letters", "code", "1")
        wait_for(lambda: database.rows(code) == [("sent",)], seconds=5)

        assert database.rows(waiting) > [(0,)]


def wait_for(condition: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
