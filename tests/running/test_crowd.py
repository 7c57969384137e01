"""Registration on a running site with two web processes: registration 14 and 72, invariants 1 to 6 and 9.

There are 40 seats in two sessions; of three people, two share a mailbox; each person has their own IP address behind one trusted proxy. For the full crowd:
`.venv/bin/python -m pytest tests/running --people 200`.
"""

from contextlib import suppress

import pytest

from tests.bench.running_site import RunningSite
from tests.running.crowd import Event, pass_through
from tests.running.invariants import Watch, faults_of, undelivered
from tests.running.site import Mailbox

PLACES = 20  # per session
WITHOUT_LOCK = "web=python -m tests.running.without_lock"


@pytest.fixture
def event(site: RunningSite) -> Event:
    made = site.run("tests.bench.content", f"Matinée={PLACES}", f"Après-midi={PLACES}")
    return Event(**made)


@pytest.fixture
def people(pytestconfig: pytest.Config) -> int:
    return pytestconfig.getoption("people")


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    return pytestconfig.getoption("seed")


def test_a_crowd_neither_overbooks_nor_jumps_the_queue_nor_loses_messages(
    site, event, people, seed
):
    mailbox = Mailbox(site)

    with site.started("web", "worker"), Watch(site, event) as watch:
        passage = pass_through(site, event, mailbox, people=people, places=PLACES, seed=seed)
        left_behind = undelivered(site, event)

    assert sorted(watch.faults) + faults_of(site, passage) == [], f"seed {seed}"
    assert left_behind == []
    mailbox.open()
    assert len(mailbox.message_ids) == len(set(mailbox.message_ids))
    assert watch.looks > 100
    assert passage.closed


@pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True
)  # SQLite has a single writer
def test_without_the_lock_the_same_crowd_overbooks(site, event, people, seed):
    """Negative control: the test above would detect a missing lock. Whether two meet is chance, so three crowds may try."""
    overbooked: list[str] = []
    for attempt in range(3):
        if not overbooked:
            with site.started(WITHOUT_LOCK, "worker"), Watch(site, event) as watch:
                mailbox = Mailbox(site)
                # Without the lock, two writes of one row may also end in an error page.
                with suppress(LookupError, AssertionError, TimeoutError):
                    pass_through(
                        site, event, mailbox, people=people, places=PLACES, seed=seed + attempt
                    )
                undelivered(site, event)  # so that no message stays queued
            overbooked = [fault for fault in watch.faults if fault.startswith("places:")]
            event = Event(
                **site.run("tests.bench.content", f"Matinée={PLACES}", f"Après-midi={PLACES}")
            )

    assert overbooked != []
